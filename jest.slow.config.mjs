import config, { slowTests } from './jest.config.mjs';

/** The tests that `npm test` leaves out because of their time. */
export default {
  ...config,
  testPathIgnorePatterns: ['/node_modules/'],
  testMatch: undefined,
  testRegex: slowTests.map((pattern) => `${pattern}.*\\.test\\.ts$`),
};
