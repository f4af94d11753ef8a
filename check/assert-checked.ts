import { PackageInvalid } from '../core/base/errors.ts';
import { checkPackage } from './check-package.ts';
import type { Finding } from './rule.ts';

/** A finding in one line: where, which rule, what is wrong, and what to do. `folder` is the name of the package's. */
export function findingLine({ file, line, rule, message, fix }: Finding, folder: string): string {
  return `${folder}/${file}:${line} ${rule} ${message} — ${fix}`;
}

/**
 * Refuses a package that breaks a rule of `one-roof check`: what is found before anything runs costs nothing.
 * @throws PackageInvalid with a line for each finding, and how to accept one.
 */
export async function assertChecked(files: ReadonlyMap<string, string>, folder: string): Promise<void> {
  const findings = await checkPackage(files);
  if (findings.length === 0) return;
  const count = findings.length === 1 ? 'a rule' : `the rules in ${findings.length} places`;
  throw new PackageInvalid(
    [
      `The package breaks ${count} of one-roof check. Nothing was sent.`,
      ...findings.map((finding) => findingLine(finding, folder)),
      'Mend that and run `one-roof update`; or accept it by rule and file under "acceptedFindings" in release.json, with a reason that the approver reads.',
    ].join('\n'),
  );
}
