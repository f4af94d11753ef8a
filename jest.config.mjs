import { availableParallelism } from 'node:os';

/**
 * Tests that take minutes: browsers and terminals, whole commands and mistakes at the command line, rehearsals, the cases of
 * the field, every tier that can fail, samples of chaos, new tiers, other packages, every kind of statement that the check
 * must find, the bundles of all functions. Only .ci/run runs them, through jest.slow.config.mjs, so that `npm test` stays
 * below four minutes on two cores.
 */
export const slowTests = [
  '/test/bin/private-cache',
  '/test/browser/',
  '/test/check/(every-kind|nothing-unseen|package)',
  '/test/cli/commands/(check|fingerprint|gate-url|local|mistakes|new-tier|package-tests|people|rollback-url|run|trial|watch)',
  '/test/cli/execution/(approval-semantics|with-runtime)',
  '/test/cli/screen/(closed-output|hostile-names|prompt)',
  '/test/core/package/warehouse',
  '/test/core/report/verify(?!-)',
  '/test/end-to-end/(add-a-tier|cases|drift|every-tier|german-server|orders|rehearsal/|several-approvers)',
  '/test/faults/(blocked-rollback|chaos|fuzz)',
  '/test/lambdas/bundles',
  '/test/lib/(house/(release-checks|two-packages)|release/change-calendar)',
  '/test/local/(driver/cached-release|ssm/script-on-stage)',
  '/test/sql/(concurrency|fingerprint|fixture/determinism|flattened|keep-keys|per-tier|requires)',
  '/test/docs/commands',
  '/test/second-engine/',
];

// The SDK prints this warning once per test file, which hides the output of the tests; package.json names the supported
// Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// An App without an `outdir` would leave a folder in the temporary one. Here it fails: nothing can be made below a file.
process.env.CDK_OUTDIR = '/dev/null/an App in a test needs an outdir that the test removes';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...slowTests],
  testSequencer: '<rootDir>/test/longest-first.cjs',
  testEnvironment: 'node',
  // Jest's own place is below the temporary folder, under a name that everybody can guess; it runs what it finds there.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  // More workers than cores, because a release spends a third of its time waiting for start-bys and polls.
  maxWorkers: 2 * availableParallelism(),
  testTimeout: 180_000,
};
