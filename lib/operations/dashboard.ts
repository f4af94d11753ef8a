import { Duration } from 'aws-cdk-lib/core';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { LoggedLambda } from '../house/logged-lambda.ts';
import type { LogMetrics } from './log-metrics.ts';
import type { RehearsalMachine } from '../rehearsal/rehearsal-machine.ts';
import type { ReleaseMachine } from '../release/release-machine.ts';
import type { RollbackMachine } from '../rollback/rollback-machine.ts';
import { runbookLink } from './runbook.ts';
import type { Settings } from '../house/settings.ts';
import type { StopRule } from '../rollback/stop-rule.ts';
import type { MachineNames } from '../../core/base/names.ts';

/** CloudWatch divides a dashboard into this many columns. */
const WIDTH = 24;
const HALF = WIDTH / 2;
const HEIGHT = 6;
const period = Duration.minutes(5);

/** @see Dashboard */
interface DashboardProps {
  readonly settings: Settings;
  readonly names: MachineNames;
  readonly release: ReleaseMachine;
  readonly rollback: RollbackMachine;
  readonly rehearsal: RehearsalMachine;
  readonly stopRule: StopRule;
  readonly alarms: Alarms;
  readonly metrics: LogMetrics;
  readonly lambdas: readonly LoggedLambda[];
}

/** How the executions of a machine ended. */
function endings(title: string, machine: StateMachine): IWidget {
  const left = [
    machine.metricStarted({ period }),
    machine.metricSucceeded({ period }),
    machine.metricFailed({ period }),
    machine.metricTimedOut({ period }),
    machine.metricAborted({ period }),
  ];
  return new GraphWidget({ title, left, width: WIDTH / 3, height: HEIGHT });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: HALF, height: HEIGHT });
}

/** The newest log lines of all functions, which carry the run id. */
function newestLines(lambdas: readonly LoggedLambda[]): IWidget {
  return new LogQueryWidget({
    title: 'Newest log lines of all functions',
    view: LogQueryVisualizationType.TABLE,
    logGroupNames: lambdas.map(({ logGroup }) => logGroup.logGroupName),
    queryLines: [
      'fields @timestamp, level, message, runId, state, command, error',
      'sort @timestamp desc',
      'limit 100',
    ],
    width: WIDTH,
    height: 2 * HEIGHT,
  });
}

/** What an operator looks at during a release: alarms first, then how runs end, what waits, and what is said. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { settings, names, release, rollback, rehearsal, stopRule, alarms, metrics, lambdas } = props;
    const markdown = [
      `A red alarm is named like its section of the runbook: ${runbookLink(settings, 'Symptoms')}.`,
      `Runs: Step Functions → State machines → ${Object.values(names).join(', ')}.`,
    ].join('\n\n');
    const letters = stopRule.deadLetters.metricApproximateNumberOfMessagesVisible({
      period,
      label: 'rollbacks not started',
    });
    const broken = [metrics.evidenceNotWritten, metrics.postChecksDiffer, letters];
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: names.release,
      defaultInterval: Duration.days(1),
      widgets: [
        [new TextWidget({ markdown, width: WIDTH, height: 3 })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: WIDTH, height: 4 })],
        [
          endings('Releases', release.machine),
          endings('Rollbacks', rollback.machine),
          endings('Rehearsals', rehearsal.machine),
        ],
        [
          graph('Longest wait for an approval (hours)', [metrics.approvalWaitingHours]),
          graph('Evidence not written, post checks that differ, rollbacks not started', broken),
        ],
        [
          graph(
            'Errors of functions',
            lambdas.map(({ fn }) => fn.metricErrors({ period })),
          ),
          graph('How long runs take (ms)', [
            release.machine.metricTime({ period }),
            rollback.machine.metricTime({ period }),
          ]),
        ],
        [newestLines(lambdas)],
      ],
    });
  }
}
