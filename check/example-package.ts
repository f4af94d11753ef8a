import { PackageInvalid } from '../core/base/errors.ts';
import { generateFiles } from '../core/package/generated.ts';
import { engineScripts } from '../core/package/engine-scripts.ts';
import { examplePlan, exampleReaders } from './example-plan.ts';
import {
  approval,
  branches,
  opening,
  part,
  reader,
  rollback,
  rows,
  stamp,
  structure,
  tier,
  undo,
} from './example-scripts.ts';
import type { Example } from './rule.ts';

const tiers = ['00_preflight', '10_structure', '20_rows', '90_verify'];
const ifNotOne = { ...rollback, guards: [approval, stamp], question: 'not exists (select from public.note)' };

const forward: readonly [string, string][] = [
  ['prod/00_preflight.sql', reader('preflight')],
  [
    'prod/10_structure.sql',
    tier({
      ...rollback,
      guards: [approval],
      work: structure,
      question: 'exists (select from public.note)',
      proof: `select format('tables=%s', count(*)) from public.note;`,
    }),
  ],
  [
    'prod/20_rows.sql',
    tier({
      ...ifNotOne,
      locked: 'note=share row exclusive,ledger=share row exclusive',
      work: rows,
      proof: `select format('rows=%s', count(*)) from public.note;`,
    }),
  ],
  [
    'prod/90_verify.sql',
    tier({
      ...ifNotOne,
      work: `comment on table public.note is 'one-roof run=1 state=released';`,
      proof: `select 'VERIFY PASS' from public.note;`,
    }),
  ],
];

const backward: readonly [string, string][] = [
  [
    'prod_rollback/99_rollback_full.sql',
    tier({
      ...rollback,
      work: undo,
      question: 'exists (select from public.ledger)',
      proof: `select format('undo outcome=undone run=%s objects=%s left=absent', :'run_id', count(*)) from public.ledger;`,
    }),
  ],
  [
    'prod_rollback/per_tier_rollback.sql',
    tier({ ...rollback, work: branches, question: 'exists (select from public.note)', proof: `select 'rolled back';` }),
  ],
];

/** What the engine's own scripts print, as far as a rule looks at it. */
const engineProofs: Readonly<Record<string, string>> = {
  fingerprint: `select 'fingerprint {' || count(*) || '}' from public.ledger;`,
  drift: `select 'drift {' || count(*) || '}' from public.ledger;`,
  fence: `select format('fence run=%s terminated=%s remaining=0 stamped=%s state=none', :'run_id', count(*), count(*)) from public.ledger;`,
};

function baseFiles(): Map<string, string> {
  const runAll = part('tiers', tiers.map((name) => `\\ir ${name}.sql`).join('\n'));
  const checks = exampleReaders.map(({ id }): [string, string] => [`checks/${id}.sql`, reader(id)]);
  const engines = engineScripts.map(({ id, file }): [string, string] => [file, reader(id, engineProofs[id])]);
  return new Map([
    ...forward,
    ...backward,
    ...checks,
    ...engines,
    ['rehearsal/prepare.sql', '-- runs on a clone only\n'],
    ['prod/99_run_all.sql', `\\set ON_ERROR_STOP on\n${runAll}\n`],
    ['runner/prelude.sql', '\\set ON_ERROR_STOP on\n'],
    ['runner/open.sql', opening],
    ['runner/nothing.sql', '-- Included by the others.\n'],
    ...['open', 'part', 'close'].map((name): [string, string] => [
      `runner/trial/${name}.sql`,
      '-- A piece of the trial.\n',
    ]),
    ['runner/wrapper.sh', 'exit 0\n'],
    ['release.json', `${JSON.stringify(examplePlan, null, 2)}\n`],
  ]);
}

function changed(text: string, { part: name, sql }: Example): string {
  if (name === undefined) return sql;
  const [open, close] = [text.indexOf(`-- <${name}>`), text.indexOf(`-- </${name}>`)];
  const from = text.indexOf('\n', open) + 1;
  return `${text.slice(0, from)}${sql}${sql.endsWith('\n') || sql === '' ? '' : '\n'}${text.slice(close)}`;
}

/** The package with what is generated from it, as far as its includes can be followed. */
function updated(files: ReadonlyMap<string, string>): Map<string, string> {
  try {
    return new Map([...files, ...generateFiles(files).files]);
  } catch (error) {
    if (error instanceof PackageInvalid) return new Map(files);
    throw error;
  }
}

/** A small package that keeps every rule, with one part of one file changed: what a rule's examples are judged in. */
export function examplePackage(example: Example): Map<string, string> {
  const before = updated(baseFiles());
  const files = new Map(before).set(example.file, changed(before.get(example.file) ?? '', example));
  return generateFiles(before).files.has(example.file) ? files : updated(files);
}
