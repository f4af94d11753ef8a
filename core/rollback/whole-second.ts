/**
 * An instant as Step Functions is given one: in whole seconds, rounded up, so that a Wait never ends before the
 * instant. No recording of AWS shows that `IsTimestamp` and Wait respect fractions of a second, and another engine
 * refuses them: the rollback would end there as "Needs a human".
 */
export function wholeSecond(instant: Date): string {
  return new Date(Math.ceil(instant.getTime() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
