/** One deliberate change that breaks something, and the command that has to notice it. */
export interface Sabotage {
  readonly name: string;
  readonly file: string;
  /** Text to replace; it must occur in the file exactly as often as `times` (default 1) says. */
  readonly find: string;
  readonly put: string;
  readonly times?: number;
  /** Command and arguments; any exit code but 0 means caught. */
  readonly check: readonly [string, ...string[]];
}

/** Tests by their path, as a check; also those that `npm test` leaves out because of their time. */
export const byTests = (...tests: string[]): Sabotage['check'] => [
  'npx',
  'jest',
  ...tests,
  // behind the tests, as it would take them for patterns of its own
  '--testPathIgnorePatterns=/node_modules/',
];

/** One fault by its id, as a check. */
export const chaos = (id: string): Sabotage['check'] => [
  'node',
  '--require',
  './bin/typescript.cjs',
  'tools/chaos/main.ts',
  '--only',
  id,
];
