import { renderBundle } from '../../core/package/bundle.ts';
import { flatten } from '../../core/package/flatten.ts';
import { copy, database, digest, dump, files, fresh, plan, psql, run, sql } from './orders-database.ts';

/*
 * What a release changes of what was there before: it keeps it, and its undo puts it back, or says what is in the way.
 */

beforeAll(async () => {
  await fresh();
  expect(await release()).toMatchObject({ exitCode: 0, stderr: '' });
  await copy(database, 'released');
});

const release = (changed: ReadonlyMap<string, string> = files) => psql(renderBundle({ files: changed, plan, digest }));
const undo = (variables: Record<string, string> = {}) =>
  psql(flatten(files, 'undo/take_back.sql').text, { undo_released: run, ...variables });
const undoTier = (tier: number) =>
  psql(flatten(files, 'undo/one_tier.sql').text, { undo_released: run, tier: String(tier) });

it('the undo of a sealed release puts back column, rows, view and index exactly', async () => {
  await fresh('released');
  expect(await undo()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await dump()).toBe(await dump('fixture'));
});

it('a view comes back with whatever owner, grants, options and comments it had', async () => {
  await fresh();
  await sql(`alter view public.open_orders reset (security_barrier); alter view public.open_orders set (security_invoker = false);
    grant select (id), update (amount) on public.open_orders to public; grant update, insert on public.open_orders to shop_reader;
    revoke delete on public.open_orders from shop_admin; comment on view public.open_orders is $$it's "so"$$;`);
  const before = await dump();
  expect((await release()).exitCode).toBe(0);
  expect(await dump()).not.toBe(before);
  expect(await undo()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await dump()).toBe(before);
});

it.each([
  ['update public.orders set amount = 1 where id between 20 and 22', '3 rows of orders that tier 2 changed'],
  [
    'update public.orders set amount = 2 where id in (1, 20)',
    '1 rows of orders that tier 2 changed, 1 rows of orders that tier 4',
  ],
  ['delete from public.orders where id = 30', '1 rows of orders that tier 2 changed'],
  ['grant update on public.open_orders to shop_reader', 'view open_orders'],
  ['alter view public.open_orders set (security_barrier = false)', 'view open_orders'],
])('after %s it refuses, and says what was changed', async (change, found) => {
  await fresh('released');
  await sql(change);
  const before = await dump();
  const { exitCode, stderr } = await undo();
  expect(stderr).toContain(`REFUSING: somebody changed since what run ${run} had changed: ${found}`);
  expect(exitCode).toBe(3);
  expect(await dump()).toBe(before);
  expect((await undo({ override_changed_rows: run })).exitCode).toBe(0);
});

it.each([
  ['create view public.late as select id from public.orders where due_on < now()', 'rule _RETURN on view public.late'],
  ['create index late on public.orders (due_on, id)', 'index public.late'],
  [
    'alter table public.orders add constraint late check (due_on > placed_at)',
    'constraint late on table public.orders',
  ],
  ['create view public.late as select * from public.open_orders', 'rule _RETURN on view public.late'],
])('after %s it names what depends on it', async (change, found) => {
  await fresh('released');
  await sql(change);
  const { exitCode, stderr } = await undo();
  expect(stderr).toContain(`REFUSING: objects that are not ours depend on what this release changed: ${found}`);
  expect(exitCode).toBe(3);
});

it('rows, columns and indexes that others added since stay', async () => {
  await fresh('released');
  const added = `alter table public.orders add column note text default 'x'; create index by_note on public.orders (note);
    insert into public.orders (customer_id, status, amount, placed_at, updated_at) values (1, 'open', 1, '2026-01-01', '2026-01-01');`;
  await sql(added);
  expect(await undo()).toMatchObject({ exitCode: 0, stderr: '' });
  const after = await dump();
  await fresh();
  await sql(added);
  expect(after).toBe(await dump());
});

it('rows that a tier deletes come back, with their numbers', async () => {
  await fresh();
  const [tier, all] = ['tiers/40_currency.sql', 'tiers/99_run_all.sql'];
  const update = 'update public.orders set currency = upper(currency) where';
  const deleting = new Map(files)
    .set(tier, (files.get(tier) ?? '').replace(update, 'delete from public.orders where'))
    .set(all, (files.get(all) ?? '').replace('\\ir 50_verify.sql\n', ''));
  expect(await release(deleting)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await sql('select count(*) from public.orders')).toBe('388');
  expect(await undo()).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await dump()).toBe(await dump('fixture'));
});

it('a row that somebody changed between two tiers that both change it is refused', async () => {
  await fresh();
  const all = 'tiers/99_run_all.sql';
  const upToTier3 = (files.get(all) ?? '').replace('\\ir 40_currency.sql\n\\ir 50_verify.sql\n', '');
  expect(await release(new Map(files).set(all, upToTier3))).toMatchObject({ exitCode: 0, stderr: '' });
  await sql('update public.orders set amount = 77 where id = 5');
  expect(await psql(flatten(files, 'tiers/40_currency.sql').text)).toMatchObject({ exitCode: 0, stderr: '' });
  const { exitCode, stderr } = await undo();
  expect(stderr).toContain('had changed: 1 rows of orders that tier 2 changed, expected nothing');
  expect(exitCode).toBe(3);
});

it('a later tier may change a column that an earlier one added, and each goes back', async () => {
  await fresh();
  const tier = 'tiers/40_currency.sql';
  const text = (files.get(tier) ?? '').replace('set currency =', 'set due_on = due_on + 1, currency =');
  expect(await release(new Map(files).set(tier, text))).toMatchObject({ exitCode: 0, stderr: '' });
  for (const one of [4, 3, 2]) expect(await undoTier(one)).toMatchObject({ exitCode: 0, stderr: '' });
  await sql('drop view public.v_order_months; drop table public.order_days, public.orders_kept');
  expect(await dump()).toBe(await dump('fixture'));
});

it('one tier at a time goes back exactly as it came, and not in another order', async () => {
  await fresh('released');
  expect((await undoTier(2)).stderr).toContain('REFUSING: tier 3, tier 4 still applied');
  for (const tier of [4, 3, 2]) expect(await undoTier(tier)).toMatchObject({ exitCode: 0, stderr: '' });
  await sql('drop view public.v_order_months; drop table public.order_days, public.orders_kept');
  expect(await dump()).toBe(await dump('fixture'));
});

it.each([
  [
    'more rows than it kept',
    'tiers/40_currency.sql',
    "keep_where 'currency <> upper(currency)'",
    "keep_where 'id < 3'",
  ],
  [
    'fewer rows than it kept',
    'tiers/40_currency.sql',
    "keep_where 'currency <> upper(currency)'",
    "keep_where 'id < 30'",
  ],
  [
    'rows of a table that the plan keeps',
    'tiers/20_due_on.sql',
    '\\set keep_relation orders',
    '\\set keep_relation customers',
  ],
])('a tier that changes %s refuses', async (_what, file, from, to) => {
  await fresh();
  const text = files.get(file) ?? '';
  expect(text).toContain(from);
  const { exitCode, stderr } = await release(
    new Map(files).set(
      file,
      text.replace(from, () => to),
    ),
  );
  expect(stderr).toMatch(
    /REFUSING: (tier 4 changed 12 rows of orders, kept|the plan does not say that rows of customers are changed)/,
  );
  expect(exitCode).toBe(3);
});

const evil = `jsonb_set(old, '{definition}', to_jsonb('select 1; alter role shop_app superuser'::text)) where kind = 'view'`;
const generous = 'alter default privileges for role shop_admin in schema public grant all on tables to shop_app;';

it.each([
  [
    'puts another table in the place of the one that keeps, with its stamp',
    '',
    `select obj_description('public.orders_kept'::regclass) as stamp \\gset
grant select on public.orders_kept to shop_app;
set session authorization shop_app;
create table public.forged as select * from public.orders_kept;
update public.forged set old = ${evil};
drop table public.orders_kept;
alter table public.forged rename to orders_kept;
comment on table public.orders_kept is :'stamp';`,
    /REFUSING: objects of this release's names that are not run 0123456789ab's: orders_kept/,
  ],
  [
    'has all rights on new tables, and changes what is kept',
    generous,
    `set session authorization shop_app;
update public.orders_kept set old = ${evil};`,
    /permission denied for table orders_kept/,
  ],
])('where the application %s, nothing of it runs', async (_what, before, attack, refusal) => {
  await fresh();
  await sql(before);
  expect((await release()).exitCode).toBe(0);
  const laid = await psql(attack);
  const { stderr } = await undo();
  expect(laid.stderr + stderr).toMatch(refusal);
  expect(await sql("select rolsuper from pg_roles where rolname = 'shop_app'")).toBe('f');
});
