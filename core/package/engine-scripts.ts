import type { ReleasePlan, Script } from './plan-schema.ts';

const read = { as: 'writer', mutates: false, parameters: [] } as const satisfies Partial<Script>;

/**
 * The scripts that every package gets from the engine, as they know no package: what a database looks like, and
 * what a release made and wrote, and whether anything of a run is still at work. A package lists neither, so it can weaken neither.
 */
export const engineScripts: readonly Script[] = [
  {
    ...read,
    id: 'fingerprint',
    file: 'runner/fingerprint.sql',
    seconds: 60,
    proof: '^fingerprint (?<json>\\{.*\\})$',
    parameters: ['entrySnapshot'],
  },
  {
    ...read,
    as: 'reader',
    id: 'drift',
    file: 'runner/drift.sql',
    seconds: 30,
    proof: '^drift (?<json>\\{.*\\})$',
    parameters: ['entrySnapshot'],
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

/** The trial as a script: its document, its function and its state are called so. */
export const trialId = 'trial';
/** Seconds for the whole trial, the wait for its locks included; with its locks it gives up after 10 (`runner/trial/part.sql`). */
const TRIAL_SECONDS = 30;

/** The folder of a package's tiers, with a slash at its end. */
function tierFolder({ tiers }: ReleasePlan): string {
  const [{ file } = { file: '' }] = tiers;
  return file.slice(0, file.lastIndexOf('/') + 1);
}

/** Where the trial of a package stands: beside its tiers, generated. */
export function trialFile(plan: ReleasePlan): string {
  return `${tierFolder(plan)}98_trial.sql`;
}

/** The file that chains the tiers by hand, beside them; what a bundle of the whole release is made from. */
export function orchestratorFile(plan: ReleasePlan): string {
  return `${tierFolder(plan)}99_run_all.sql`;
}

/** The trial of a package as a script of the engine's. */
export function trialScript(plan: ReleasePlan): Script {
  return {
    id: trialId,
    file: trialFile(plan),
    seconds: TRIAL_SECONDS,
    as: 'writer',
    mutates: true,
    parameters: ['ratifiedApr'],
    proof: '^trial (?<json>\\{.*\\})$',
  };
}
