import { Condition } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * Comparisons that cannot fail. Comparing an absent path raises States.Runtime, which no Catch sees, so each comparison
 * first checks that the path is there.
 */
export function equals(path: string, value: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.stringEquals(path, value));
}

/** @see equals */
export function isTrue(path: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.booleanEquals(path, true));
}

/** @see equals */
export function isFalse(path: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.booleanEquals(path, false));
}

/** @see equals */
export function isText(path: string): Condition {
  return Condition.and(Condition.isPresent(path), Condition.isString(path));
}
