import { renderBundle } from '../../core/package/bundle.ts';
import { flatten } from '../../core/package/flatten.ts';
import { generateFiles } from '../../core/package/generated.ts';
import { digest, dump, files, fresh, plan, psql, run, sql } from './orders-database.ts';

/*
 * Rows that are known by a key of several columns, or of another type than text, are kept and put back.
 */

const variants: [what: string, table: string, key: string | string[], rows: string][] = [
  [
    'two columns of text whose values run into each other',
    'a text, b text, amount integer, primary key (a, b)',
    ['a', 'b'],
    `('x', 'yz', 1), ('xy', 'z', 2), ('x"', ', "y', 3), ('', 'xyz', 4)`,
  ],
  [
    'a number, a day and an instant',
    'n numeric not null, d date not null, t timestamptz not null, amount integer, unique (t, n, d)',
    ['n', 'd', 't'],
    `(1.50, '2026-03-29', '2026-03-29 01:30+00', 1), (-2, '2026-03-30', '2026-10-25 00:30+00', 2), ('NaN', 'infinity', 'infinity', 3)`,
  ],
  [
    'names that SQL wants quoted, of a uuid and an array',
    '"order" uuid, "user" integer[], amount integer, primary key ("order", "user")',
    ['order', 'user'],
    `('00000000-0000-0000-0000-000000000001', '{1,2}', 1), ('00000000-0000-0000-0000-000000000001', '{12}', 2)`,
  ],
  [
    'one column that is an instant',
    't timestamptz primary key, amount integer',
    't',
    `('2026-03-29 01:30+00', 1), ('2026-10-25 00:30+00', 2)`,
  ],
];

/** The package, with a table `parts` beside its own whose rows tier 4 changes. */
function changingParts(key: string | string[], statement: string): Map<string, string> {
  const tier = 'tiers/40_currency.sql';
  const parts = { relation: 'parts', lock: 'share row exclusive', rows: 'updated', key };
  const changedPlan = JSON.parse(files.get('release.json') ?? '') as { existing: object[] };
  changedPlan.existing.push(parts);
  const kept = `\\set keep_relation parts\n\\set keep_where 'true'\n\\ir ../runner/keep/rows.sql\n${statement};\n`;
  const text = (files.get(tier) ?? '')
    .replace("writes 'orders,", "writes 'orders,parts,")
    .replace("locks 'orders=share row exclusive,", "locks 'orders=share row exclusive,parts,")
    .replace('create index orders_due', () => `${kept}create index orders_due`)
    .replace("where tier = 4 and kind = 'row'", "where tier = 4 and kind = 'row' and relation = 'orders'");
  const undoFile = 'undo/take_back.sql';
  const undoing = (files.get(undoFile) ?? '').replace("writes 'orders,", "writes 'orders,parts,");
  const own = new Map(files).set('release.json', JSON.stringify(changedPlan)).set(tier, text).set(undoFile, undoing);
  return new Map([...own, ...generateFiles(own).files]);
}

const undoOf = (own: ReadonlyMap<string, string>, zone: string, variables: Record<string, string> = {}) =>
  psql(`set timezone = '${zone}';\n${flatten(own, 'undo/take_back.sql').text}`, { undo_released: run, ...variables });

it.each(variants)('come back: %s', async (_what, table, key, rows) => {
  await fresh();
  await sql(`create table public.parts (${table}); insert into public.parts values ${rows}`);
  const before = await dump();
  const own = changingParts(key, 'update public.parts set amount = amount + 10');
  const text = renderBundle({ files: own, plan, digest });
  expect(await psql(`set timezone = 'America/New_York';\n${text}`)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await sql('select min(amount) > 10 from public.parts')).toBe('t');
  await sql('update public.parts set amount = 99 where amount = 11');
  expect((await undoOf(own, 'Asia/Tokyo')).stderr).toContain('1 rows of parts that tier 4 changed');
  await sql('update public.parts set amount = 11 where amount = 99');
  expect(await undoOf(own, 'Asia/Tokyo')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await dump()).toBe(before);
});

it('come back when the tier deleted them', async () => {
  const [, table = '', key = '', rows = ''] = variants[0] ?? [];
  await fresh();
  await sql(`create table public.parts (${table}); insert into public.parts values ${rows}`);
  const before = await dump();
  const own = changingParts(key, 'delete from public.parts');
  expect(await psql(renderBundle({ files: own, plan, digest }))).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await sql('select count(*) from public.parts')).toBe('0');
  expect(await undoOf(own, 'UTC')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await dump()).toBe(before);
});

it.each([
  ["update public.parts set a = a || '!'", 'changed 2 rows of parts, kept 2 and left 0'],
  ["delete from public.parts where a = 'x'", 'changed 1 rows of parts, kept 2 and left 1'],
  ['update public.parts set amount = amount', 'changed 2 rows of parts, kept 2 and left 2'],
])('are not changed by %s, which no way leads back from', async (statement, found) => {
  await fresh();
  await sql(
    "create table public.parts (a text primary key, amount integer); insert into public.parts values ('x', 1), ('y', 2)",
  );
  const { exitCode, stderr } = await psql(renderBundle({ files: changingParts('a', statement), plan, digest }));
  expect(stderr).toContain(`REFUSING: tier 4 ${found}`);
  expect(exitCode).toBe(3);
});

it.each([
  ['a column of it may be null', 'a text, b text, amount integer, unique (a, b)'],
  ['it is not unique', 'a text not null, b text not null, amount integer'],
  [
    'it is unique among some rows',
    'a text not null, b text not null, amount integer); create unique index on public.parts (a, b) where (amount > 0',
  ],
  ['it is a part of what is unique', 'a text not null, b text not null, amount integer, primary key (a, b, amount)'],
])('are not touched where the key does not tell them apart: %s', async (_what, table) => {
  await fresh();
  await sql(`create table public.parts (${table}); insert into public.parts values ('x', 'y', 1)`);
  const own = changingParts(['a', 'b'], 'update public.parts set amount = 2');
  const { exitCode, stderr } = await psql(renderBundle({ files: own, plan, digest }));
  expect(stderr).toContain('REFUSING: the key of parts in the plan does not tell its rows apart');
  expect(exitCode).toBe(3);
  expect(await sql('select amount from public.parts')).toBe('1');
});
