import { Choice, Errors, Pass, JsonPath, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { states } from '../../core/base/names.ts';
import type { Announcer } from '../house/announcer.ts';
import { equals, isTrue } from '../house/conditions.ts';
import type { GateSteps } from './gate-steps.ts';
import { approvalTask, stepTask } from '../house/step-task.ts';

/** @see GateFlow */
interface GateFlowProps {
  readonly steps: GateSteps;
  /** Seconds that one request for approval stays open. */
  readonly approvalSeconds: number;
  readonly announcer: Announcer;
  /** Where an approved release goes on. */
  readonly approved: IChainable;
  /** Where everything else ends. */
  readonly otherwise: IChainable;
}

/** The states from the first read of the gate to an accepted answer. Nothing here can write to the database. */
export class GateFlow extends Construct {
  readonly start: LambdaInvoke;

  constructor(scope: Construct, id: string, props: GateFlowProps) {
    super(scope, id);
    const { steps, approvalSeconds, announcer, approved, otherwise } = props;
    this.start = stepTask(this, states.checkGate, steps.checkGate, 'Reads the gate; changes nothing');
    // Until this step has answered, the state is whatever was typed to start the release, which may look like a later
    // state ({"sealed": true}). Of a failed read only the error goes on.
    const onlyTheError = new Pass(this, 'Gate read failed', { parameters: { error: JsonPath.entirePayload } });
    this.start.addCatch(onlyTheError.next(otherwise), { errors: [Errors.ALL], resultPath: '$' });

    const ask = approvalTask(this, states.awaitApproval, steps.requestApproval, {
      comment: 'Holds no lock and no connection; ends by the task token or by time',
      seconds: approvalSeconds,
      resultPath: '$.answer',
    });
    ask.addCatch(otherwise, { errors: [Errors.ALL], resultPath: '$.error' });
    const announced = announcer.wait(this, ask);
    this.start.next(new Choice(this, 'Gate ready?').when(isTrue('$.ready'), announced).otherwise(otherwise));

    const check = stepTask(this, states.checkAnswer, steps.checkAnswer, 'Reads gate and APR again, in the database');
    check.addCatch(otherwise, { errors: [Errors.ALL], resultPath: '$.error' });
    ask.next(check);
    check.next(
      new Choice(this, 'Approved?')
        .when(equals('$.decision', 'approved'), approved)
        .when(equals('$.decision', 'ask_again'), announced)
        .otherwise(otherwise),
    );
  }
}
