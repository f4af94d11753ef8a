import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';
import { loadParser, parseSql } from '../../check/parse-sql.ts';
import { quietKinds } from '../../check/statement-kinds.ts';

/** The rules that SQL breaks in a tier of the example, which made `note` and `v_note`; `ledger` was there before. */
async function rulesOf(sql: string): Promise<string[]> {
  const findings = await checkPackage(examplePackage({ file: 'prod/10_structure.sql', part: 'more', sql: `${sql};` }));
  return [...new Set(findings.map(({ rule }) => rule))];
}

/** What would change something that was there before, by the rule that has to say so. */
const refused: Record<string, readonly string[]> = {
  'existing-objects-stay': [
    'alter table public.ledger owner to somebody',
    'alter table public.ledger replica identity full',
    'alter table public.note inherit public.ledger',
    'alter table public.ledger attach partition public.note default',
    'create table public.child () inherits (public.ledger)',
    'create table public.child partition of public.ledger default',
    'alter table public.ledger rename to book',
    'alter function public.old() rename to new',
    'alter type public.colour rename to color',
    'alter schema public rename to other',
    'alter role somebody rename to nobody',
    'refresh materialized view public.m_ledger',
    'alter sequence public.ledger_id_seq restart',
    'drop view public.v_ledger',
    'drop type public.colour',
    'drop schema public',
    'drop extension pgcrypto',
    'drop policy own on public.ledger',
    "comment on table public.ledger is 'ours'",
    "comment on column public.ledger.code is 'ours'",
    "comment on constraint ledger_key on public.ledger is 'ours'",
    "comment on schema note is 'ours'",
    "comment on database note is 'ours'",
    "security label on table public.ledger is 'secret'",
    'alter schema public owner to somebody',
    'alter function public.old() owner to somebody',
    'grant select on public.ledger to somebody',
    'grant select on public.note, public.ledger to somebody',
    'revoke all on function public.old() from public',
    'grant usage on schema public to somebody',
    'grant select on all tables in schema public to somebody',
    "alter type public.colour add value 'red'",
    'alter domain public.code drop not null',
    'alter type public.colour set (send = sending)',
    'alter function public.old() stable',
    'create policy own on public.ledger',
    'alter policy own on public.ledger using (true)',
    "do $x$ begin execute format('grant usage on schema %I to somebody', 'public'); end $x$",
  ],
  'runs-in-transaction': [
    'alter role somebody set search_path = public',
    'alter role somebody createdb',
    'alter database shop set work_mem = 1',
    'alter database shop connection limit 1',
    'alter database shop refresh collation version',
    'alter system set work_mem = 1',
    'create database other',
    'drop database other',
    'create role somebody',
    'drop role somebody',
    'grant somebody to nobody',
    'reassign owned by somebody to nobody',
    'drop owned by somebody',
    "create tablespace space location '/x'",
    'alter tablespace space set (seq_page_cost = 1)',
    'drop tablespace space',
    "create subscription s connection '' publication p",
    'alter subscription s disable',
    'drop subscription s',
    'vacuum note',
    'reindex table note',
    'cluster note',
    'checkpoint',
  ],
  'known-statements': [
    'alter default privileges grant select on tables to somebody',
    'alter table all in tablespace a set tablespace b',
    'alter table public.note set schema other',
    'alter function public.old() depends on extension pgcrypto',
    'alter collation public.c refresh version',
    'alter extension pgcrypto update',
    'alter extension pgcrypto add table public.note',
    'create access method a type table handler h',
    'create cast (text as integer) without function',
    "create conversion c for 'UTF8' to 'LATIN1' from f",
    'create foreign data wrapper w',
    'alter foreign data wrapper w no handler',
    'create server s foreign data wrapper w',
    "alter server s version '2'",
    'create foreign table public.far (a text) server s',
    'import foreign schema other from server s into public',
    'create user mapping for somebody server s',
    "alter user mapping for somebody server s options (set a 'b')",
    'drop user mapping for somebody server s',
    'create operator class c for type integer using btree as storage integer',
    'create operator family f using btree',
    'alter operator family f using btree add operator 1 < (integer, integer)',
    'alter operator + (integer, integer) set (restrict = none)',
    'create aggregate public.total (integer) (sfunc = int4pl, stype = integer)',
    'create type public.span as range (subtype = integer)',
    'create language plperl handler h',
    'call public.old()',
    'create transform for integer language plperl (from sql with function f(internal))',
    'create publication p',
    'alter publication p add table public.note',
    'create statistics public.s on a, b from public.note',
    'alter statistics public.s set statistics 1',
    'alter text search configuration c drop mapping for word',
    'alter text search dictionary d (a = b)',
    'discard all',
    'listen channel',
    'unlisten *',
  ],
  'created-is-dropped': [
    'select code into public.fresh from public.note',
    'with n as (select 1 as a) select a into public.fresh from n union select 2',
    'create table public.fresh as select 1 as a',
    'create table public.fresh (a text)',
    'create view public.fresh as select 1 as a',
    'create sequence public.fresh',
    "create type public.fresh as enum ('a')",
    'create domain public.fresh as text',
    'create type public.fresh as (a text)',
    'create schema fresh',
    'create extension fresh',
    'create index fresh on public.ledger (code)',
    'create function public.fresh() returns integer set search_path = pg_catalog return 1',
  ],
  'rows-are-tagged': ["insert into ledger (code) values ('a')", 'copy ledger (code) from stdin'],
  'existing-rows-stay': [
    "update ledger set code = 'a' where code = 'b'",
    "delete from ledger where code = 'b'",
    'merge into ledger l using note n on l.code = n.code when matched then delete',
  ],
  'no-truncate': ['truncate note'],
  'no-triggers': [
    'create trigger t after insert on note execute function f()',
    'create event trigger t on ddl_command_end execute function f()',
    'alter event trigger t disable',
    'create rule r as on insert to note do nothing',
  ],
  'no-emission': ['notify channel'],
  'no-server-files': ["load 'library'"],
};

describe('every kind of statement', () => {
  describe.each(Object.entries(refused))('%s', (rule, statements) => {
    it.each(statements)('refuses %s', async (sql) => {
      expect(await rulesOf(sql)).toContain(rule);
    });
  });

  it.each([
    "comment on column public.note.code is 'ours'",
    'grant select on public.note, public.v_note to somebody',
    'alter view public.v_note owner to somebody',
    'alter table public.note rename column code to key',
    'alter table public.note replica identity full',
    'create policy own on public.note',
    'create index note_tag on public.note (created_by)',
  ])('lets a tier change its own objects: %s', async (sql) => {
    expect(await rulesOf(sql)).toEqual([]);
  });

  it.each(['select 1 as a into fresh', 'copy ledger from stdin', 'call p()', 'discard all'])(
    'is refused in a script that only reads: %s',
    async (sql) => {
      const findings = await checkPackage(examplePackage({ file: 'checks/gate.sql', part: 'more', sql: `${sql};` }));
      expect(findings.map(({ rule }) => rule)).toContain('read-only-statements');
    },
  );

  it('is either quiet or refused here: the parser knows no other', async () => {
    await loadParser();
    const types = readFileSync(join(__dirname, '../../node_modules/@pgsql/types/types.d.ts'), 'utf8');
    const kinds = new Set(types.match(/\b[A-Z]\w*Stmt\b/g));
    const tried = new Set(
      Object.values(refused)
        .flat()
        .flatMap((sql) => [...parseSql(sql).nodes.keys()]),
    );
    const internal = ['RawStmt', 'PLAssignStmt'];
    const left = [...kinds].filter((kind) => !quietKinds.has(kind) && !tried.has(kind) && !internal.includes(kind));
    expect(left).toEqual([]);
  });
});
