import type { ReleasePlan } from '../core/package/plan-schema.ts';
import { planFiles } from './rules/plan-files.ts';
import type { Finding } from './rule.ts';

/** What no plan may accept: without the first the trial could commit, without the others it is not known what runs. */
const neverAccepted: ReadonlySet<string> = new Set(['trial-stays-open', 'plan-files', 'includes', 'generated-files']);

type Accepted = ReleasePlan['acceptedFindings'][number];

function isOf({ rule, file }: Accepted): (finding: Finding) => boolean {
  return (finding) => finding.rule === rule && finding.file === file;
}

/** What is wrong with an entry of the plan: an exception that nothing needs would hide the next finding of its kind. */
function problemOf(entry: Accepted, findings: readonly Finding[]): string | undefined {
  if (neverAccepted.has(entry.rule)) return `acceptedFindings: ${entry.rule} cannot be accepted`;
  if (findings.some(isOf(entry))) return undefined;
  return `acceptedFindings: ${entry.file} breaks no rule ${entry.rule}, so there is nothing to accept`;
}

/** A finding that the plan accepts, and why. */
export interface AcceptedFinding extends Finding {
  readonly accepted: string;
}

/** The findings that the plan accepts, each with the reason that the approver reads. */
export function acceptedOf(
  findings: readonly Finding[],
  { acceptedFindings }: Pick<ReleasePlan, 'acceptedFindings'>,
): AcceptedFinding[] {
  return findings
    .filter(({ rule }) => !neverAccepted.has(rule))
    .flatMap((finding) =>
      acceptedFindings.filter((entry) => isOf(entry)(finding)).map(({ reason }) => ({ ...finding, accepted: reason })),
    );
}

/** The findings that the plan does not accept, and one for each entry of the plan that may not be there. */
export function withoutAccepted(
  findings: readonly Finding[],
  { acceptedFindings }: Pick<ReleasePlan, 'acceptedFindings'>,
): Finding[] {
  const left = findings.filter(
    (finding) => neverAccepted.has(finding.rule) || !acceptedFindings.some((entry) => isOf(entry)(finding)),
  );
  const wrong = acceptedFindings.flatMap((entry) => problemOf(entry, findings) ?? []);
  const place = { file: 'release.json', line: 1, rule: planFiles.id, fix: 'take the entry out of release.json' };
  return [...left, ...wrong.map((message) => ({ ...place, message }))];
}
