import { join } from 'node:path';
import { runPsql } from '../../local/postgres/psql.ts';
import { releaseSuite } from './release-suite.ts';
import { exampleApr, packageDirectory } from './stage.ts';

const failing = ['1', '2', '3', '4', '5', '6', '8'].map((tier) => [tier, join(__dirname, `failing/tier-${tier}.sql`)]);

releaseSuite({
  directory: packageDirectory,
  present: 'axis_present;',
  waits: 13,
  failing: Object.fromEntries(failing) as Record<string, string>,
  released: [
    'select count(*), min(approval_ref), max(created_by) from governance_object_ownership',
    `30|${exampleApr}|PROD_OWNERSHIP_SEED_2026-06-03`,
  ],
  byHand: ({ server }) =>
    runPsql(server, {
      database: 'directus',
      directory: join(packageDirectory, 'prod'),
      file: '99_run_all.sql',
      variables: { ratified_apr: exampleApr },
    }),
});
