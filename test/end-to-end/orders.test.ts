import { join } from 'node:path';
import { renderBundle } from '../../core/package/bundle.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { failingSuite, openFor, releaseSuite } from './release-suite.ts';

/** The second package: another database, another approval table, other words; and no copy of the engine's `runner/`. */
const directory = join(__dirname, '../../examples/orders');
const files = readPackageFiles(directory);
const failing = ['1', '2', '3', '4', '5'].map((tier) => [tier, join(__dirname, `failing/orders-tier-${tier}.sql`)]);

const stage = openFor(directory);

releaseSuite({
  directory,
  stage,
  present: 'days_present;',
  waits: 11,
  released: [
    'select sum(orders), max(created_by), (select count(due_on) from orders), (select count(*) from orders_kept) from order_days',
    '400|CHG_order_days|400|417',
  ],
  byHand: ({ server }) =>
    runPsql(server, {
      database: 'shop',
      sql: renderBundle({ files, ...describePackage(files) }),
      variables: { ratified_apr: 'CHG-2026-11' },
    }),
});

failingSuite({ directory, stage }, Object.fromEntries(failing) as Record<string, string>);
