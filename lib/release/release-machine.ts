import { ArnFormat, Duration, Fn, Stack } from 'aws-cdk-lib/core';
import { Choice, Errors, IntegrationPattern, JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import type { StateMachine, TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../house/acknowledge.ts';
import { AuditedMachine } from '../house/audited-machine.ts';
import { ClosingSteps } from './closing-steps.ts';
import { equals } from '../house/conditions.ts';
import { Endings } from './endings.ts';
import { GateFlow } from './gate-flow.ts';
import { GateSteps } from './gate-steps.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import type { SideSteps } from '../house/side-steps.ts';
import type { RollbackMachine } from '../rollback/rollback-machine.ts';
import { approvalSeconds } from '../house/settings.ts';
import type { StepLambda } from '../house/step-lambda.ts';
import { stepTask, THROTTLE_SECONDS } from '../house/step-task.ts';
import { TrialStep } from './trial-step.ts';
import { TierStep } from './tier-step.ts';
import { states } from '../../core/base/names.ts';

/** Transitions and queueing, beyond the time-outs of the tasks. */
const MARGIN_SECONDS = 300;
/** Seconds by which the task of the rollback outlives the rollback: were it shorter, it would stop it half way. */
const ROLLBACK_MARGIN_SECONDS = 60;
const inError = { errors: [Errors.ALL], resultPath: '$.error' };

/** @see ReleaseMachine */
interface ReleaseMachineProps {
  readonly context: ReleaseContext;
  readonly rollback: RollbackMachine;
  readonly side: SideSteps;
}

/** The release: gate, approval, one state per tier, checks, report. Its graph in the console is the runbook. */
export class ReleaseMachine extends Construct {
  readonly machine: StateMachine;
  readonly lambdas: readonly StepLambda[];
  /** The functions whose failure the release survives, so that alarms have to look at them. */
  readonly closing: ClosingSteps;
  /** The longest an execution can take, in seconds. */
  readonly seconds: number;

  constructor(scope: Construct, id: string, { context, rollback, side }: ReleaseMachineProps) {
    super(scope, id);
    const { settings, release } = context;
    const gate = new GateSteps(this, 'Gate', context);
    const closing = new ClosingSteps(this, 'Closing', context);
    const tiers = release.plan.tiers.map((tier) => new TierStep(this, `Tier${tier.id}`, { context, tier }));
    const trial = new TrialStep(this, 'Trial', context);
    const lambdas = [...gate.lambdas, trial.lambda, ...tiers.map(({ lambda }) => lambda), ...closing.lambdas];
    this.seconds =
      longest([...lambdas, ...side.lambdas], approvalSeconds(settings), release.plan.approval.answers) +
      rollback.seconds;

    const endings = new Endings(this, 'Endings');
    const writeReport = stepTask(this, states.writeReport, closing.writeReport, 'Records the ending, however it came');
    const { reported, failed } = side.beforeLast(this, endings.question);
    writeReport.addCatch(failed, { errors: [Errors.ALL], resultPath: '$.reportError' }).next(reported);
    const postChecks = stepTask(
      this,
      states.postChecks,
      closing.postChecks,
      'Reads back as an outsider; undoes nothing',
    );
    postChecks.addCatch(writeReport, inError).next(writeReport);

    const rollBack = startRollback(this, rollback);
    // `$.error` keeps why the release failed; what went wrong with the rollback stands where its result would.
    rollBack.addCatch(writeReport, { errors: [Errors.ALL], resultPath: '$.rollback' });
    rollBack.next(
      new Choice(this, 'Already released?')
        .when(equals('$.rollback.Output.outcome', 'already_released'), postChecks)
        .otherwise(writeReport),
    );
    const firstTier = tiers.reduceRight<TaskStateBase>((next, { state }) => {
      state.addCatch(rollBack, inError).next(next);
      return state;
    }, postChecks);

    trial.state.addCatch(rollBack, inError).next(firstTier);

    const { start } = new GateFlow(this, 'Flow', {
      steps: gate,
      approvalSeconds: approvalSeconds(settings),
      announcer: side.announcer,
      approved: trial.state,
      otherwise: writeReport,
    });
    const comment = `${release.plan.name} ${release.digest}`;
    const called = [...lambdas, ...side.lambdas];
    const audited = { name: context.names.release, comment, start, seconds: this.seconds, lambdas: called, settings };
    this.lambdas = lambdas;
    this.closing = closing;
    this.machine = new AuditedMachine(this, 'Audited', audited).machine;
    const ofRollback =
      'CDK names executions by the machine and a wildcard; a rollback has no name before it is started.';
    acknowledgeWildcard(this, startedExecutions(rollback), ofRollback);
  }
}

/** Executions of a machine, as CDK's StartExecution task names them in the role of the machine that starts them. */
function startedExecutions({ machine }: RollbackMachine): string {
  const resourceName = `${Fn.select(6, Fn.split(':', machine.stateMachineArn))}*`;
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return Stack.of(machine).formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat });
}

/** Every task once, those around the approval once an answer. */
function longest(lambdas: readonly StepLambda[], approval: number, answers: number): number {
  const tasks = lambdas.reduce((sum, step) => sum + step.taskSeconds + THROTTLE_SECONDS, 0);
  return answers * (approval + tasks) + ROLLBACK_MARGIN_SECONDS + MARGIN_SECONDS;
}

/**
 * Starts ROLLBACK and waits for it. No Retry: its steps are tried again inside it, and what they could not do a second
 * execution could not do either. The rule starts one more in any case, and the operator may.
 */
function startRollback(scope: Construct, rollback: RollbackMachine): StepFunctionsStartExecution {
  return new StepFunctionsStartExecution(scope, states.rollBack, {
    comment: 'Starts ROLLBACK and waits for it',
    stateMachine: rollback.machine,
    integrationPattern: IntegrationPattern.RUN_JOB,
    // Not all of $$.Execution: it holds the input of the release, and a large one would make ROLLBACK's payloads
    // exceed 256 KB, which is an error that no Catch sees.
    input: TaskInput.fromObject({
      release: {
        Id: JsonPath.stringAt('$$.Execution.Id'),
        Name: JsonPath.stringAt('$$.Execution.Name'),
        StartTime: JsonPath.stringAt('$$.Execution.StartTime'),
      },
    }),
    resultPath: '$.rollback',
    taskTimeout: Timeout.duration(Duration.seconds(rollback.seconds + ROLLBACK_MARGIN_SECONDS)),
  });
}
