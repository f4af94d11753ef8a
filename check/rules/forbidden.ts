import { calls, commands, forbid, type Forbidden, keyword, nodes, programs } from '../forbid.ts';
import { reaching } from '../known-functions.ts';
import type { SqlNode } from '../parse-sql.ts';
import type { Rule } from '../rule.ts';
import { replacesAsPlanned } from '../subject.ts';
import { actingLaterKinds, clusterKinds, isKnown } from '../statement-kinds.ts';

const creating =
  'CreateStmt CreateTableAsStmt CreateSeqStmt CreateSchemaStmt CreateExtensionStmt CreateFunctionStmt CreateTrigStmt IndexStmt ViewStmt RuleStmt AlterTableCmd'.split(
    ' ',
  );
const lenient = (node: SqlNode): boolean =>
  node['if_not_exists'] === true ||
  node['replace'] === true ||
  (node['subtype'] === 'AT_AddColumn' && node['missing_ok'] === true);

const structure = (sql: string): Forbidden['good'] => ({ file: 'prod/10_structure.sql', part: 'more', sql });
const rows = (sql: string): Forbidden['good'] => ({ file: 'prod/20_rows.sql', part: 'more', sql });
const afterwards = (sql: string): Forbidden['good'] => ({ file: 'prod/20_rows.sql', part: 'after', sql });

const table: readonly Forbidden[] = [
  // What no rule knows would be judged by none, and neither the rollback nor the fingerprint would notice it.
  {
    id: 'known-statements',
    title: 'Only kinds of statements that a rule judges.',
    fix: 'do without it; or teach the rules and the rollback what it changes, in check/statement-kinds.ts',
    looksFor: [
      {
        statement: ({ parsed, verb }) => {
          const kind = [...parsed.nodes.keys()].find((name) => name.endsWith('Stmt') && !isKnown(name));
          return kind === undefined ? undefined : `${verb.toUpperCase()} (${kind}) is judged by no rule`;
        },
      },
    ],
    good: structure('alter table public.note add unique (code);'),
    bad: structure('alter default privileges in schema public grant select on tables to public;'),
  },
  // CONCURRENTLY cannot run inside a transaction, and leaves an invalid index behind when it fails.
  {
    id: 'no-concurrently',
    title: 'Nothing is done CONCURRENTLY.',
    fix: 'build the index on a table of the release, where nobody waits; a large existing table needs its own change',
    looksFor: [keyword('concurrently', 'cannot run in a transaction')],
    good: structure('create unique index note_code on public.note (code);'),
    bad: structure('create unique index concurrently note_code on public.note (code);'),
  },
  // Maintenance and cluster-wide commands either refuse to run in a transaction or reach beyond the one database.
  {
    id: 'runs-in-transaction',
    title: 'No VACUUM, REINDEX, CLUSTER, CHECKPOINT, ALTER SYSTEM, and nothing about databases, roles or tablespaces.',
    fix: 'leave maintenance and cluster-wide changes to the database administrator',
    looksFor: [nodes(clusterKinds, 'does not belong in a release')],
    good: afterwards('select count(*) from public.note;'),
    bad: rows('vacuum note;'),
  },
  // A reviewed SQL file must not be able to run programs where psql runs.
  {
    id: 'no-shell',
    title: 'No `\\!`, no backticks, no output piped to a program.',
    fix: 'do it in SQL, or outside the package',
    looksFor: [programs],
    good: afterwards('\\echo done'),
    bad: afterwards('\\! date'),
  },
  // A script that ends early looks like one that succeeded, until somebody misses its last lines.
  {
    id: 'no-quit',
    title: 'No `\\q`: it ends the script with exit code 0 before its proof.',
    fix: 'raise an exception to stop; psql then exits with 3',
    looksFor: [commands(['q', 'quit'], 'ends the script as if all were well')],
    good: afterwards('\\echo still here'),
    bad: afterwards('\\q'),
  },
  // A new session has neither the locks nor the settings nor the time-outs of the old one.
  {
    id: 'no-connect',
    title: 'No `\\c`: a script stays in the session its guards were made for.',
    fix: 'remove it; the runner chooses database and role',
    looksFor: [commands(['c', 'connect', 'password'], 'leaves the guarded session')],
    good: afterwards('\\conninfo'),
    bad: afterwards('\\c template1'),
  },
  // With \gexec rows become statements: neither the approver nor this check can see which.
  {
    id: 'no-gexec',
    title: 'No `\\gexec`: what it runs cannot be read here.',
    fix: 'write the statements, or a DO block with EXECUTE format(…)',
    looksFor: [commands(['gexec'], 'runs statements that nobody has reviewed')],
    good: afterwards('select count(*) from public.note \\g'),
    bad: afterwards("select 'select 1' \\gexec"),
  },
  // COPY … PROGRAM runs a shell command on the database server, as the server's own user.
  {
    id: 'no-copy-program',
    title: 'No COPY … PROGRAM.',
    fix: 'write the rows as INSERT',
    looksFor: [nodes(['CopyStmt'], 'runs a program on the server', (node) => node['is_program'] === true)],
    good: afterwards('copy (select code from public.note) to stdout;'),
    bad: afterwards("copy (select code from public.note) to program 'cat';"),
  },
  // A release changes one database. Files of the server and other databases are outside of what is rolled back.
  {
    id: 'no-server-files',
    title: 'No COPY with a file of the server, no pg_read_file, lo_import, dblink, LOAD and the like.',
    fix: 'put the data into the script',
    looksFor: [
      calls(reaching, 'reaches outside the database'),
      nodes(['LoadStmt'], 'uses a file of the server'),
      nodes(
        ['CopyStmt'],
        'uses a file of the server',
        (node) => typeof node['filename'] === 'string' && node['is_program'] !== true,
      ),
    ],
    good: afterwards('select length(code) from public.note;'),
    bad: afterwards("select pg_read_file('PG_VERSION');"),
  },
  // An object that is there already is somebody else's: it must stop the release, not be adopted or replaced.
  {
    id: 'no-if-not-exists',
    title: 'No IF NOT EXISTS, and no OR REPLACE but of what the plan replaces.',
    fix: 'create it plainly; the guard before it refuses what is there already',
    looksFor: [nodes(creating, 'takes what is there already', lenient)],
    unless: replacesAsPlanned,
    good: structure('create index note_code on public.note (code);'),
    bad: structure('create index if not exists note_code on public.note (code);'),
  },
  // CASCADE removes what nobody has listed, and nothing brings it back.
  {
    id: 'no-cascade',
    title: 'No CASCADE, neither in DROP nor in a foreign key.',
    fix: 'name every object and row; what depends on them unseen has to stop the script',
    looksFor: [keyword('cascade', 'reaches what is not named')],
    good: { file: 'prod_rollback/99_rollback_full.sql', part: 'more', sql: '-- drop view public.v_note cascade' },
    bad: { file: 'prod_rollback/99_rollback_full.sql', part: 'more', sql: 'drop view public.v_note cascade;' },
  },
  // TRUNCATE empties a table whoever wrote the rows, fires no row trigger and is not counted in the statistics.
  {
    id: 'no-truncate',
    title: 'No TRUNCATE.',
    fix: 'delete the rows that carry the tag of the release',
    looksFor: [nodes(['TruncateStmt'], 'empties a table')],
    good: {
      file: 'prod_rollback/per_tier_rollback.sql',
      part: 'more',
      sql: "delete from public.note where created_by = 'PROD_more';",
    },
    bad: { file: 'prod_rollback/per_tier_rollback.sql', part: 'more', sql: 'truncate public.note;' },
  },
  // A trigger acts later, in other people's transactions; and one that is switched off does not act when it should.
  {
    id: 'no-triggers',
    title: 'No trigger, event trigger or rule is created, and none is switched.',
    fix: 'write the rows in the tier itself',
    looksFor: [
      nodes(actingLaterKinds, 'changes what other transactions do'),
      nodes(['AlterTableCmd'], 'changes what other transactions do', ({ subtype }) =>
        /Trig|Rule/.test(String(subtype)),
      ),
    ],
    good: structure('alter table public.note add unique (code);'),
    bad: structure('alter table public.note disable trigger all;'),
  },
];

/**
 * The rules that forbid a psql command, a keyword, a kind of statement or a call wherever it stands, one row each. They
 * are a table because they differ in nothing but what they look for.
 */
export const forbidden: readonly Rule[] = table.map(forbid);
