import { existingSetting, locksSetting } from './conventions.ts';
import { at, listAt, textAt } from './parse-sql.ts';
import { settingTexts } from './reach.ts';
import type { Script } from './script.ts';
import { nodesOf, type Statement } from './statement.ts';

/** PostgreSQL's table lock modes from weakest to strongest; the place is the number in a LOCK statement's tree. */
export const lockModes = [
  'none',
  'access share',
  'row share',
  'row exclusive',
  'share update exclusive',
  'share',
  'share row exclusive',
  'exclusive',
  'access exclusive',
] as const;

/** A table lock that a statement takes, SHARE or stronger: one that makes writers wait. */
export interface TableLock {
  readonly relation: string;
  readonly mode: number;
}

const byNode: readonly (readonly [string, number, readonly string[]])[] = [
  ['AlterTableStmt', 8, ['relation', 'relname']],
  ['RenameStmt', 8, ['relation', 'relname']],
  ['RefreshMatViewStmt', 8, ['relation', 'relname']],
  ['IndexStmt', 5, ['relation', 'relname']],
  ['CreateTrigStmt', 6, ['relation', 'relname']],
  ['AlterSeqStmt', 6, ['sequence', 'relname']],
  ['Constraint', 6, ['pktable', 'relname']],
];

/** The locks of a statement that make writers of a table wait, by PostgreSQL's documentation of explicit locking. */
export function locksOf(statement: Statement): TableLock[] {
  const single = byNode.flatMap(([kind, mode, path]) =>
    nodesOf(statement, kind).map((node) => ({ relation: textAt(node, ...path), mode })),
  );
  const explicit = nodesOf(statement, 'LockStmt').flatMap((node) =>
    listAt(node, 'relations')
      .filter((relation) => textAt(relation, 'RangeVar', 'schemaname') !== 'pg_catalog')
      .map((relation) => ({
        relation: textAt(relation, 'RangeVar', 'relname'),
        mode: typeof node['mode'] === 'number' ? node['mode'] : 8,
      })),
  );
  const dropped = nodesOf(statement, 'DropStmt')
    .filter((node) => textAt(node, 'removeType') === 'OBJECT_TABLE')
    .flatMap((node) => listAt(node, 'objects'))
    .map((object) => ({ relation: textAt(listAt(at(object, 'List'), 'items').at(-1), 'String', 'sval'), mode: 8 }));
  return [...single, ...explicit, ...dropped].filter(
    ({ relation, mode }) => relation !== '' && relation !== 'placeholder_name' && mode >= 5,
  );
}

/** The locks a script announces as `relation` (SHARE ROW EXCLUSIVE) or `relation=mode`, and so takes first, by short tries, in its lock block. */
export function announcedLocks(script: Script): Map<string, number> {
  const literals = script.statements.flatMap((statement) => statement.literals).filter((text) => text.includes('='));
  const bodies = script.sent.flatMap(({ body }) => body).flatMap((statement) => statement.literals);
  const settings = [locksSetting, ...(bodies.includes(existingSetting) ? [existingSetting] : [])];
  const texts = [...literals, ...settings.map((name) => settingTexts(script).get(name) ?? '')];
  const entries = texts.flatMap((text) => text.split(','));
  return new Map(
    entries.flatMap((entry) => {
      const [, relation, mode = 'share row exclusive'] = /^(\w+)(?:=([a-z ]+))?$/.exec(entry) ?? [];
      const level = lockModes.findIndex((name) => name === mode);
      return relation === undefined || level < 0 ? [] : [[relation, level] as const];
    }),
  );
}
