/** What takes minutes runs in .ci/run only, through jest.slow.config.mjs; `npm test` stays under four. */
export const slowTests = [
  '/test/browser/',
  '/test/rehearsal/(killed|per-tier)',
  '/test/faults/fuzz',
  '/test/sql/concurrency',
  '/test/docs/commands',
];

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...slowTests],
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  maxWorkers: 2,
  testTimeout: 180_000,
};
