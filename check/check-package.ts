import { PackageInvalid } from '../core/base/errors.ts';
import { type AcceptedFinding, acceptedOf, withoutAccepted } from './accepted.ts';
import { allRules } from './all-rules.ts';
import { loadParser } from './parse-sql.ts';
import { planFiles } from './rules/plan-files.ts';
import type { Finding, Rule } from './rule.ts';
import { readSubject, type Subject } from './subject.ts';

function findingsOf(rule: Rule, subject: Subject): Finding[] {
  return [...rule.check(subject)].map((problem) => ({ ...problem, rule: rule.id, fix: rule.fix }));
}

/** Without a plan nothing else can be judged: its problems are the only findings. */
function brokenPlan(error: unknown): Finding[] {
  if (!(error instanceof PackageInvalid)) throw error;
  return error.message
    .split('\n')
    .map((message) => ({ file: 'release.json', line: 1, message, rule: planFiles.id, fix: planFiles.fix }));
}

/**
 * Rules for what a package says. The engine's SQL that keeps and puts back says it of tables that only the plan names, with
 * definitions that only the database knows; the trial proves what it does.
 */
const forPackages = new Set([
  'execute-is-read',
  'qualified-writes',
  'rows-are-tagged',
  'no-triggers',
  'no-dropped-columns',
]);

function isAbout({ file, rule }: Finding): boolean {
  return !(file.startsWith('runner/keep/') && forPackages.has(rule));
}

/** What the rules say of a package: what they find, and what of that its plan accepts. Both are sorted by file and line. */
export interface Judgement {
  readonly findings: Finding[];
  readonly accepted: readonly AcceptedFinding[];
}

const byPlace = (one: Finding, other: Finding): number => one.file.localeCompare(other.file) || one.line - other.line;

/** Judges a package (path → text) by every rule. Never throws for what is in the package. */
export async function judgePackage(files: ReadonlyMap<string, string>): Promise<Judgement> {
  await loadParser();
  try {
    const subject = readSubject(files);
    const findings = allRules.flatMap((rule) => findingsOf(rule, subject)).filter(isAbout);
    // A file that many scripts include is judged in each of them.
    const distinct = [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()].sort(byPlace);
    return {
      findings: withoutAccepted(distinct, subject.plan).sort(byPlace),
      accepted: acceptedOf(distinct, subject.plan),
    };
  } catch (error) {
    return { findings: brokenPlan(error), accepted: [] };
  }
}

/** The findings of a package that its plan does not accept. */
export async function checkPackage(files: ReadonlyMap<string, string>): Promise<Finding[]> {
  return (await judgePackage(files)).findings;
}
