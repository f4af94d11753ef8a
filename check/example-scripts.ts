/** What opens every script of the example: session settings, after the lists and figures of the plan. */
export const opening = `\\set ON_ERROR_STOP on
\\if :{?run_id} \\else \\set run_id '' \\endif
\\if :{?ratified_apr} \\else \\set ratified_apr '' \\endif
\\ir ../plan.sql
\\ir nothing.sql
select set_config('one_roof.run_id', :'run_id', false) as run, set_config('one_roof.ratified_apr', :'ratified_apr', false) as apr \\gset
set search_path = pg_catalog, pg_temp;
`;
const settings = '\\ir ../runner/open.sql';

/** A part of a file that an example may replace. */
export const part = (name: string, sql = ''): string => `-- <${name}>\n${sql}${sql === '' ? '' : '\n'}-- </${name}>`;
const body = (name: string, ...lines: string[]): string => `do $${name}$\nbegin\n${lines.join('\n')}\nend $${name}$;`;
const refuse = (condition: string, words: string): string =>
  `  if ${condition} then\n    raise exception 'REFUSING: ${words}';\n  end if;`;

const begin = part('begin', 'begin transaction isolation level read committed read write;');
const commit = part('commit', 'commit;');
const announced = (locks: string, planned: string): string =>
  part(
    'announced',
    `select set_config('one_roof.locks', '${locks}', true) as locks, set_config('one_roof.planned', '${planned}', true) as planned \\gset`,
  );
const locks = part(
  'locks',
  body(
    'locks',
    refuse(`current_database() <> current_setting('one_roof.guarded_database')`, 'another database'),
    '  perform pg_advisory_xact_lock(1);',
    `  execute format('lock table public.%I in %s mode', 'note', 'share row exclusive');`,
  ),
);
/** The guard that reads signature and request. */
export const approval = part(
  'approval',
  body(
    'approval',
    refuse('not exists (select from public.signature)', 'no signature'),
    refuse(
      `not exists (select from public.request where code = current_setting('one_roof.ratified_apr'))`,
      'no request',
    ),
  ),
);
/** The guard that asks which run made the objects. */
export const stamp = part(
  'stamp',
  body(
    'stamp',
    refuse(`not exists (select from pg_description where description ~ '^one-roof run=')`, 'no stamp of this run'),
  ),
);
const written = part(
  'written',
  body('written', refuse('exists (select from pg_stat_xact_user_tables where n_tup_ins > 0)', 'unplanned rows')),
);

/** What the example's first tier does. */
export const structure = `create table public.note (code text primary key, created_by text not null);
create view public.v_note as select code from public.note;
do $after$
begin
  execute format('comment on %s is %L', 'table public.note', 'one-roof run=1 state=applying');
  execute format('comment on %s is %L', 'view public.v_note', 'one-roof run=1 state=applying');
end $after$;`;
/** What the example's second tier does. */
export const rows = body(
  'work',
  `  insert into public.note (code, created_by) values ('one', 'PROD_rows');`,
  `  insert into public.ledger (code, created_by) values ('one', 'PROD_rows');`,
);
const asserted = (question: string): string =>
  part('assert', body('assert', refuse(question, 'not the expected rows')));

/** What differs from one writing script of the example to the next. */
interface TierText {
  readonly locked: string;
  readonly planned: string;
  readonly guards: readonly string[];
  readonly work: string;
  readonly question: string;
  readonly proof: string;
}

/** A script that writes, in named parts. */
export function tier({ locked, planned, guards, work, question, proof }: TierText): string {
  return [
    ...[settings, part('defaults'), begin, announced(locked, planned), locks, ...guards, part('work', work)],
    ...[part('more'), asserted(question), written, commit, part('after'), part('proof', proof), ''],
  ].join('\n');
}

const guarded = `select current_database() = :'guarded_database' as right_database \\gset`;
/** A script that only reads and prints `<name> <number>`, or what `proof` selects. */
export const reader = (name: string, proof = `select '${name} ' || count(*) from public.ledger;`): string =>
  [
    ...[settings, part('defaults'), part('begin', 'begin transaction isolation level repeatable read read only;')],
    ...[part('guard', guarded), part('more'), commit, part('proof', proof), ''],
  ].join('\n');

/** What the example's full rollback does. */
export const undo = body(
  'undo',
  `  delete from public.ledger where created_by = 'PROD_rows';`,
  `  drop view public.v_note;`,
  `  drop table public.note;`,
);
/** What the example's per-tier rollback does. */
export const branches = body(
  'tier',
  `  case current_setting('one_roof.tier')::integer`,
  '    when 2 then',
  `      delete from public.ledger where created_by = 'PROD_rows';`,
  `      delete from public.note where created_by = 'PROD_rows';`,
  '  end case;',
);
/** Locks, plan and guards of both rollbacks. */
export const rollback = { locked: 'note=share row exclusive', planned: 'note ledger', guards: [stamp] };
