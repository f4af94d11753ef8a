import { UsageError } from '../../core/base/errors.ts';
import { describeForm, isCode } from '../../core/package/approval-code.ts';
import type { ReleasePlan } from '../../core/package/plan-schema.ts';

/** @throws UsageError for an approval code that cannot be one of a package. */
export function assertCode({ approval: { code } }: Pick<ReleasePlan, 'approval'>, apr: string): void {
  if (!isCode(code, apr)) throw new UsageError(`--apr ${apr}: a code ${describeForm(code)}`);
}
