import { Choice, Condition, Fail, JsonPath, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { endStates, gateStillClosed } from '../../core/ending/end-states.ts';
import { equals, isFalse, isText, isTrue } from '../house/conditions.ts';

type FailState = Readonly<Record<'name' | 'error' | 'cause', string>>;

const outcome = '$.rollback.Output.outcome';
const blockers = '$.gate.blockers';

/**
 * The last question of a release and its answers. It must be right also when *Write report* failed, so it looks only
 * at facts that earlier steps left: the seal, then the rollback, then how far the release got. `$.rollback` is there
 * whenever the trial or a tier failed, as the rollback's result or as its error; without `$.trial` it was the trial, of
 * which nothing is kept, whatever became of the rollback.
 */
export class Endings extends Construct {
  readonly question: Choice;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { rolledBack, wouldNot, nothing, notChecked, gateClosed, notApproved } = endStates;
    const complete = new Succeed(this, endStates.complete.name);
    const fail = ({ name, error, cause }: FailState) => new Fail(this, name, { error, cause });
    const human = fail(endStates.human);
    this.question = new Choice(this, 'How did it end?')
      .when(isTrue('$.sealed'), complete)
      .when(equals(outcome, 'already_released'), complete)
      .when(equals(outcome, 'rolled_back'), fail(rolledBack))
      .when(Condition.and(Condition.isPresent('$.rollback'), Condition.isNotPresent('$.trial')), fail(wouldNot))
      .when(equals(outcome, 'nothing_to_roll_back'), fail(nothing))
      .when(Condition.or(Condition.isPresent('$.rollback'), Condition.isPresent('$.tiers')), human)
      .when(Condition.isNotPresent('$.gate'), fail(notChecked))
      .when(
        Condition.and(isFalse('$.ready'), isText(blockers)),
        new Fail(this, gateClosed.name, {
          error: gateClosed.error,
          causePath: JsonPath.format(gateStillClosed('{}'), JsonPath.stringAt(blockers)),
        }),
      )
      .otherwise(fail(notApproved));
  }
}
