import config, { slowTests } from './jest.config.mjs';

/** Configuration of the tests that `npm test` leaves out because they take minutes. */
export default {
  ...config,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: undefined,
  testRegex: slowTests.map((pattern) => `${pattern}.*\\.test\\.ts$`),
};
