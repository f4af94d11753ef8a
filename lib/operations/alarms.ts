import { Duration } from 'aws-cdk-lib/core';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { ApprovalTopic } from '../approval/approval.ts';
import type { LoggedLambda } from '../house/logged-lambda.ts';
import type { LogMetrics } from './log-metrics.ts';
import type { ReleaseMachine } from '../release/release-machine.ts';
import type { RollbackMachine } from '../rollback/rollback-machine.ts';
import { runbookLink } from './runbook.ts';
import type { Settings } from '../house/settings.ts';
import type { StopRule } from '../rollback/stop-rule.ts';

/** Period of the sums that alarms watch: short enough to call somebody while the release is still on the screen. */
export const alarmPeriod = Duration.minutes(1);

/** @see Alarms */
interface AlarmsProps {
  readonly settings: Settings;
  readonly release: ReleaseMachine;
  readonly rollback: RollbackMachine;
  readonly stopRule: StopRule;
  readonly watch: LoggedLambda;
  readonly metrics: LogMetrics;
  readonly topic: ApprovalTopic;
}

/**
 * One alarm for each event that must not wait until somebody looks at the dashboard. The alarm's sentence is also the
 * heading in the operator's runbook under which the remedy stands.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly topic: ApprovalTopic;
  private readonly settings: Settings;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { settings, release, rollback, stopRule, watch, metrics, topic } = props;
    this.topic = topic;
    this.settings = settings;
    topic.grantAlarms();
    const period = { period: alarmPeriod };
    this.alarm('NeedsAHuman', 'Needs a human', rollback.machine.metricFailed(period));
    this.alarm('RollbackTimedOut', 'A rollback took too long', rollback.machine.metricTimedOut(period));
    this.alarm('RollbackStopped', 'A rollback was stopped', rollback.machine.metricAborted(period));
    const letters = stopRule.deadLetters.metricApproximateNumberOfMessagesVisible(period);
    this.alarm('RollbackNotStarted', 'A rollback could not be started', letters);
    this.alarm('ReleaseFailed', 'A release did not end as released', release.machine.metricFailed(period));
    this.alarm('ReleaseTimedOut', 'A release took too long', release.machine.metricTimedOut(period));
    this.alarm('PostChecksDiffer', 'The post checks differ', metrics.postChecksDiffer);
    this.alarm('EvidenceNotWritten', 'Evidence was not written', metrics.evidenceNotWritten);
    this.alarm('Drifted', 'The release is not as it was sealed', metrics.drifted);
    const { approvalAlarmHours } = settings;
    this.alarm('ApprovalWaiting', 'An approval waits too long', metrics.approvalWaitingHours, approvalAlarmHours);
    this.alarm('ApprovalNotWatched', 'Waiting approvals are not watched', watch.fn.metricErrors(period));
  }

  private alarm(id: string, heading: string, metric: IMetric, threshold = 1): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${heading}. What to do: ${runbookLink(this.settings, heading)}`,
    });
    alarm.addAlarmAction(new SnsAction(this.topic.topic));
    this.all.push(alarm);
  }
}
