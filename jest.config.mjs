import { availableParallelism } from 'node:os';

/** What takes minutes runs in .ci/run only, through jest.slow.config.mjs; `npm test` stays under four. */
export const slowTests = [
  '/test/browser/',
  '/test/cli/(closed-output|local|prompt)',
  '/test/rehearsal/(killed|parallel|per-tier|rehearse|stopped)',
  '/test/faults/fuzz',
  '/test/sql/concurrency',
  '/test/docs/commands',
];

// Said once for each test file, it hides what a test has to say; package.json names the Node that we mean.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...slowTests],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  // More than cores: a release waits for start-bys and polls a third of its time.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  testTimeout: 180_000,
};
