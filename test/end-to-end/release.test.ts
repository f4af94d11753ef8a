import { join } from 'node:path';
import { runPsql } from '../../local/postgres/psql.ts';
import { failingSuite, openFor, releaseSuite } from './release-suite.ts';
import { exampleApr, packageDirectory } from './stage.ts';

const stage = openFor(packageDirectory);

releaseSuite({
  directory: packageDirectory,
  stage,
  present: 'axis_present;',
  waits: 13,
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

// The other tiers are in every-tier.test.ts; of them the last has the most to take back.
failingSuite({ directory: packageDirectory, stage }, { 8: join(__dirname, 'failing/tier-8.sql') });
