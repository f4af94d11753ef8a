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

/** The removal of a defence against attacks; `docs/security.md` says in a table which attack has which. */
export interface Removal extends Sabotage {
  /** The number of the attack in `docs/security.md`. */
  readonly against: string;
}

/** Tests by their path, as a check; also those that `npm test` leaves out because of their time. */
export const byTests = (...tests: string[]): Sabotage['check'] => [
  'npx',
  'jest',
  ...tests,
  // behind the tests, as it would take them for patterns of its own
  '--testPathIgnorePatterns=/node_modules/',
];

/** Tests of one file whose names hold this text, as a check: where the whole file takes long. Without such a test, nothing is caught. */
export const byTest = (file: string, title: string): Sabotage['check'] => [...byTests(file), '-t', title];

/** One fault by its id, as a check. */
export const chaos = (id: string): Sabotage['check'] => [
  'node',
  '--require',
  './bin/typescript.cjs',
  'tools/chaos/main.ts',
  '--only',
  id,
];
