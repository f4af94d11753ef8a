import { Choice, Condition, Fail, JsonPath, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { equals, isFalse, isText, isTrue } from '../house/conditions.ts';

const outcome = '$.rollback.Output.outcome';
const blockers = '$.gate.blockers';

/**
 * The last question of a release and its answers. It must be right also when *Write report* failed, so it looks only
 * at facts that earlier steps left: the seal, then the rollback, then how far the release got. `$.rollback` is there
 * whenever a tier failed, as the rollback's result or as its error.
 */
export class Endings extends Construct {
  readonly question: Choice;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const complete = new Succeed(this, 'Release complete');
    const fail = (name: string, error: string, cause: string) => new Fail(this, name, { error, cause });
    const unfinished = 'The rollback was not proven. Read docs/operator.md, "Needs a human", before anything else.';
    const human = fail('Needs a human', 'NeedsAHuman', unfinished);
    this.question = new Choice(this, 'How did it end?')
      .when(isTrue('$.sealed'), complete)
      .when(equals(outcome, 'already_released'), complete)
      .when(
        equals(outcome, 'rolled_back'),
        fail('Rolled back', 'RolledBack', 'A tier failed. The database is exactly as it was before; see the report.'),
      )
      .when(
        equals(outcome, 'nothing_to_roll_back'),
        fail('Nothing to roll back', 'NothingToRollBack', 'A tier failed before this run had changed anything.'),
      )
      .when(Condition.or(Condition.isPresent('$.rollback'), Condition.isPresent('$.tiers')), human)
      .when(
        Condition.isNotPresent('$.gate'),
        fail('Gate not checked', 'GateNotChecked', 'The gate could not be read. No action taken; see the first state.'),
      )
      .when(
        Condition.and(isFalse('$.ready'), isText(blockers)),
        new Fail(this, 'Gate still closed', {
          error: 'GateStillClosed',
          causePath: JsonPath.format('Gate still closed ({}). No action taken.', JsonPath.stringAt(blockers)),
        }),
      )
      .otherwise(
        fail('Not approved', 'NotApproved', 'Rejected, expired, stale or without a valid APR. No action taken.'),
      );
  }
}
