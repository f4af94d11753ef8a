import { Duration } from 'aws-cdk-lib/core';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { ApprovalTopic } from './approval.ts';
import type { ReleaseMachine } from './release-machine.ts';
import type { RollbackMachine } from './rollback-machine.ts';
import type { StopRule } from './stop-rule.ts';

/** Alarms look at sums of this length: short enough to call somebody while the release is still on the screen. */
const PERIOD = Duration.minutes(1);

/** @see Alarms */
interface AlarmsProps {
  readonly release: ReleaseMachine;
  readonly rollback: RollbackMachine;
  readonly stopRule: StopRule;
  readonly topic: ApprovalTopic;
}

/** One alarm for each thing that must not wait until somebody looks; each names the page of the runbook. */
export class Alarms extends Construct {
  private readonly topic: ApprovalTopic;

  constructor(scope: Construct, id: string, { release, rollback, stopRule, topic }: AlarmsProps) {
    super(scope, id);
    this.topic = topic;
    topic.grantAlarms();
    const period = { period: PERIOD };
    this.any('NeedsAHuman', rollback.machine.metricFailed(period), 'A rollback was not proven.');
    this.any('RollbackTimedOut', rollback.machine.metricTimedOut(period), 'A rollback took too long.');
    this.any('ReleaseFailed', release.machine.metricFailed(period), 'A release did not end as released.');
    this.any('ReleaseTimedOut', release.machine.metricTimedOut(period), 'A release took too long; ROLLBACK follows.');
    const letters = stopRule.deadLetters.metricApproximateNumberOfMessagesVisible(period);
    this.any('RollbackNotStarted', letters, 'A stopped release could not start its rollback.');
  }

  private any(id: string, metric: IMetric, what: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${what} What to do: docs/operator.md, "${id}".`,
    });
    alarm.addAlarmAction(new SnsAction(this.topic.topic));
  }
}
