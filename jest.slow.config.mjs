import config, { slowTests } from './jest.config.mjs';

/**
 * Configuration of the tests that `npm test` leaves out because they take minutes: whatever the other leaves out, by the same
 * patterns, so that no test can be in neither.
 */
export default {
  ...config,
  testPathIgnorePatterns: ['/node_modules/', `^(?!.*(${slowTests.join('|')}))`],
};
