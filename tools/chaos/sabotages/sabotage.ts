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

/** Tests by their path, as a check. */
export const jest = (...tests: string[]): Sabotage['check'] => ['npx', 'jest', ...tests];
/** Tests that `npm test` leaves out because of their time, as a check. */
export const slowJest = (test: string): Sabotage['check'] => ['npx', 'jest', '--config', 'jest.slow.config.mjs', test];

/** One fault by its id, as a check. */
export const chaos = (id: string): Sabotage['check'] => [
  'node',
  '--require',
  './bin/typescript.cjs',
  'tools/chaos/main.ts',
  '--only',
  id,
];
