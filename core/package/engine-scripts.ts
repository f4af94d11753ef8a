import type { Script } from './plan-schema.ts';

const read = { as: 'writer', mutates: false, parameters: [] } as const satisfies Partial<Script>;

/**
 * The scripts that every package gets from the engine, as they know no package: what a database looks like, and
 * whether anything of a run is still at work. A package lists neither, so it can weaken neither.
 */
export const engineScripts: readonly Script[] = [
  {
    ...read,
    id: 'fingerprint',
    file: 'runner/fingerprint.sql',
    seconds: 60,
    proof: '^fingerprint (?<json>\\{.*\\})$',
  },
  {
    ...read,
    id: 'fence',
    file: 'runner/fence.sql',
    seconds: 60,
    proof:
      '^fence run=[0-9a-f]{12} terminated=(?<terminated>[0-9]+) remaining=0 stamped=(?<stamped>[0-9]+) state=(?<state>applying|released|none|mixed)$',
  },
];
