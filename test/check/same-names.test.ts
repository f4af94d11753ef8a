import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';

const [structure, rows, full, oneTier, gate] = [
  'prod/10_structure.sql',
  'prod/20_rows.sql',
  'prod_rollback/99_rollback_full.sql',
  'prod_rollback/per_tier_rollback.sql',
  'checks/gate.sql',
];

async function rulesFor(file: string, sql: string): Promise<string[]> {
  const findings = await checkPackage(examplePackage({ file, part: 'more', sql }));
  return [...new Set(findings.map(({ rule }) => rule))];
}

describe('a name in another schema is no name of the release', () => {
  it.each([
    ['rows that are changed', rows, "update app.note set code = 'two' where code = 'one';", 'existing-rows-stay'],
    [
      'rows that are written',
      rows,
      "insert into app.note (code, created_by) values ('x', 'PROD_rows');",
      'writes-planned',
    ],
    ['an object that is dropped', rows, 'drop view app.v_note;', 'existing-objects-stay'],
    ['a table that is altered', structure, 'alter table app.note add unique (code);', 'existing-objects-stay'],
    ['a column that is commented on', structure, "comment on column app.note.code is 'x';", 'existing-objects-stay'],
    [
      'a table that is created',
      structure,
      'create table app.note (code text primary key, created_by text not null);',
      'created-is-dropped',
    ],
    ['a table that is read', gate, 'select count(*) as many from app.note \\gset', 'reads-planned'],
    ['a function that is called', rows, 'select app.length(code) from public.note;', 'functions-known'],
  ])('%s', async (_what, file, sql, rule) => {
    expect(await rulesFor(file, sql)).toContain(rule);
  });

  it('and PostgreSQL’s own are as they were', async () => {
    expect(
      await rulesFor(gate, 'select count(*) as many from pg_catalog.pg_class, information_schema.tables \\gset'),
    ).toEqual([]);
  });
});

describe('a rollback is judged as a tier is', () => {
  it.each([
    [
      'rows that were there before, changed',
      full,
      "update public.ledger set code = 'two' where code = 'one';",
      'existing-rows-stay',
    ],
    [
      'the same in the rollback of one tier',
      oneTier,
      "update public.ledger set code = 'two' where code = 'one';",
      'existing-rows-stay',
    ],
    [
      'rows that it adds to a table that was there before',
      full,
      "insert into public.ledger (code, created_by) values ('x', 'PROD_rows');",
      'existing-rows-stay',
    ],
    ['an object that was there before, dropped', full, 'drop view public.v_ledger;', 'existing-objects-stay'],
    ['one that it alters', oneTier, 'alter table public.ledger add column note text;', 'existing-objects-stay'],
  ])('%s', async (_what, file, sql, rule) => {
    expect(await rulesFor(file, sql)).toContain(rule);
  });

  it('but it deletes what its tiers inserted', async () => {
    expect(await rulesFor(full, "delete from public.ledger where created_by = 'PROD_rows' and code <> '';")).toEqual(
      [],
    );
  });
});
