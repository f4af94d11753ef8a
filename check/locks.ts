import { existingSetting, locksSetting } from './conventions.ts';
import { at, listAt, textAt } from './parse-sql.ts';
import { settingTexts } from './reach.ts';
import { onceForEach } from './memo.ts';
import { type Script, variableAt } from './script.ts';
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

/** A text that names locks, as `relation` (SHARE ROW EXCLUSIVE) or `relation=mode`, and the place from which on they are taken. */
interface Announcement {
  readonly offset: number;
  readonly text: string;
}

/** What a script announces: in a setting of its own, for its lock block, or as what the plan says of every relation. */
const announcements = onceForEach((script: Script): readonly Announcement[] => {
  const written = script.statements.flatMap(({ literals, offset }) =>
    literals.filter((text) => text.includes('=')).map((text) => ({ offset, text })),
  );
  const set = script.sent.flatMap((statement) =>
    nodesOf(statement, 'FuncCall').flatMap((call) => {
      const [name, value] = listAt(call, 'args').map((argument) => textAt(argument, 'A_Const', 'sval', 'sval'));
      const variable = name === locksSetting ? /^\{(\w+)\}$/.exec(value ?? '')?.[1] : undefined;
      return variable === undefined
        ? []
        : [{ offset: statement.offset, text: variableAt(script, statement, variable) ?? '' }];
    }),
  );
  const bodies = script.sent.flatMap(({ body }) => body).flatMap((statement) => statement.literals);
  const planned = bodies.includes(existingSetting) ? [settingTexts(script).get(existingSetting) ?? ''] : [];
  return [...written, ...set, ...planned.map((text) => ({ offset: 0, text }))];
});

/** The locks that a script announces before a statement, and so takes first, by short tries, in its lock block: their levels. */
export function announcedLocks(script: Script, { offset }: Statement): Map<string, number> {
  const before = announcements(script).filter((announcement) => announcement.offset < offset);
  const entries = before.flatMap(({ text }) => text.split(','));
  const locks = new Map<string, number>();
  for (const entry of entries) {
    const [, relation, mode = 'share row exclusive'] = /^(\w+)(?:=([a-z ]+))?$/.exec(entry) ?? [];
    const level = lockModes.findIndex((name) => name === mode);
    if (relation !== undefined && level >= 0) locks.set(relation, Math.max(level, locks.get(relation) ?? 0));
  }
  return locks;
}
