import { Duration } from 'aws-cdk-lib/core';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type JsonPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { logLines, waitingHours } from '../../core/base/log-lines.ts';
import { watchInterval } from '../approval/approval-watch.ts';
import type { LoggedLambda } from '../house/logged-lambda.ts';

/** Period that covers two runs of the approval watch, so that a late run does not look as if nobody were waiting. */
const WATCH_PERIOD = Duration.minutes(2 * watchInterval.toMinutes());

/** @see LogMetrics */
interface LogMetricsProps {
  /** Namespace of the metrics: one per package, so that the figures of two packages in one account are kept apart. */
  readonly namespace: string;
  /** Every function that writes evidence. */
  readonly recorders: readonly LoggedLambda[];
  readonly postChecks: LoggedLambda;
  /** The functions that write the reports of releases and of rollbacks, and the one that signs both. */
  readonly reporters: readonly LoggedLambda[];
  readonly watch: LoggedLambda;
  /** The watch over what was released. */
  readonly drift: LoggedLambda;
  /** Length of one sum. */
  readonly period: Duration;
}

/** A line with one of these messages. */
function anyOf(...messages: readonly string[]): JsonPattern {
  return FilterPattern.any(...messages.map((message) => FilterPattern.stringValue('$.message', '=', message)));
}

/**
 * Metrics of events that only log lines report. A function that fails or is ended writes no such line; where a step may
 * fail without failing the release, the function's errors are counted as well.
 */
export class LogMetrics extends Construct {
  /** Evidence entries and reports that could not be stored, and heads that were not signed. */
  readonly evidenceNotWritten: IMetric;
  /** Post checks that found a difference, or could not be done. */
  readonly postChecksDiffer: IMetric;
  /** Looks at what was released that found it changed, or could not be done. */
  readonly drifted: IMetric;
  /** The longest that an approval has been waiting, in hours; absent when none waits. */
  readonly approvalWaitingHours: IMetric;
  private readonly namespace: string;

  constructor(scope: Construct, id: string, props: LogMetricsProps) {
    super(scope, id);
    this.namespace = props.namespace;
    const { recorders, postChecks, reporters, watch, drift, period } = props;
    const lost = anyOf(logLines.evidenceNotWritten, logLines.reportNotWritten);
    for (const recorder of recorders) this.filter('EvidenceNotWritten', recorder, lost);
    this.filter('PostChecksDiffer', postChecks, anyOf(logLines.postChecksDiffer));
    this.filter('Drifted', drift, anyOf(logLines.drifted));
    this.filter('ApprovalWaitingHours', watch, anyOf(logLines.approvalWaits), `$.${waitingHours}`);

    this.evidenceNotWritten = this.linesOrErrors('EvidenceNotWritten', reporters, period);
    this.postChecksDiffer = this.linesOrErrors('PostChecksDiffer', [postChecks], period);
    this.drifted = this.linesOrErrors('Drifted', [drift], period);
    const waiting = { namespace: this.namespace, metricName: 'ApprovalWaitingHours', statistic: 'Maximum' };
    this.approvalWaitingHours = new Metric({ ...waiting, period: WATCH_PERIOD });
  }

  private filter(metricName: string, { logGroup }: LoggedLambda, filterPattern: JsonPattern, metricValue = '1'): void {
    new MetricFilter(logGroup, metricName, {
      logGroup,
      filterPattern,
      metricNamespace: this.namespace,
      metricName,
      metricValue,
    });
  }

  private linesOrErrors(metricName: string, lambdas: readonly LoggedLambda[], period: Duration): IMetric {
    // A graph that shows several of these needs ids that differ; CloudWatch wants them to begin in lower case.
    const lines = `lines${metricName}`;
    const errors = lambdas.map(
      ({ fn }, index) => [`errors${metricName}${index}`, fn.metricErrors({ period })] as const,
    );
    const counted = new Metric({ namespace: this.namespace, metricName, statistic: 'Sum', period });
    return new MathExpression({
      expression: [lines, ...errors.map(([name]) => name)].map((name) => `FILL(${name}, 0)`).join(' + '),
      label: metricName,
      usingMetrics: { [lines]: counted, ...Object.fromEntries(errors) },
      period,
    });
  }
}
