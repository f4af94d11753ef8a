import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newPackage } from '../cli/commands/new-package.ts';
import { update } from '../cli/commands/update.ts';
import { readPackageFiles } from '../disk/read-package.ts';

/** What stands in a file, and what is to stand there instead. */
type Changes = readonly (readonly [file: string, ...changes: (readonly [from: string, to: string])[]])[];

const changes: Changes = [
  [
    'release.json',
    ['"directus_admin"', '"workflow_admin"'],
    ['"directus_reader"', '"context_pack_readonly"'],
    ['"creates": { "tables": ["greetings"] }', '"creates": { "tables": ["greetings"], "views": ["v_next"] }'],
    ['"approval": {', '"requires": ["one-roof"],\n  "reads": ["axis_registry"],\n  "approval": {'],
  ],
  [
    'tiers/10_structure.sql',
    ['directus_reader', 'context_pack_readonly'],
    ["\\set mark ''", "create view public.v_next as select axis_code from public.axis_registry;\n\\set mark ''"],
    ['grant select on public.greetings', 'grant select on public.greetings, public.v_next'],
  ],
];

/** What the fixture of the first package has to hold for the second one to be approved. */
export const nextRequests = `create table release_requests (code text primary key, approved boolean, signed_at timestamptz);
  insert into release_requests values ('REQ-1', true, now()); grant select on release_requests to context_pack_readonly`;

/**
 * Writes the next release of One-Roof's database into a new folder: the smallest package, which requires One-Roof and has a
 * view of what that has made, with further changes.
 */
export async function writeNextPackage(directory: string, more: Changes = []): Promise<ReadonlyMap<string, string>> {
  newPackage(directory, { name: 'next', database: 'directus' });
  for (const [file, ...replaced] of [...changes, ...more]) {
    const path = join(directory, file);
    const text = replaced.reduce(
      (before, [from, to]) => {
        if (!before.includes(from)) throw new Error(`${file} does not hold ${from}`);
        return before.replaceAll(from, () => to);
      },
      readFileSync(path, 'utf8'),
    );
    writeFileSync(path, text);
  }
  await update({ package: directory });
  return readPackageFiles(directory);
}
