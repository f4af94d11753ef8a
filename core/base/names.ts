/**
 * Every name under which people and code find a state machine, a state or a thing on AWS. They are said here only.
 * Names on AWS derive from the package's name, so that two packages can live in one account: `one-roof` gives
 * `OneRoof-Release`.
 */

/** The three machines of a package, by what they do. */
const machineSuffixes = { release: 'Release', rollback: 'Rollback', rehearsal: 'Rehearsal' } as const;

/** One of the three machines of a package. */
export type MachineKind = keyof typeof machineSuffixes;

/** The names of a package's three machines. */
export type MachineNames = Readonly<Record<MachineKind, string>>;

/** The package's name as names on AWS begin: `one-roof` becomes `OneRoof`. */
export function namePrefix(packageName: string): string {
  return packageName
    .split('-')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}

/**
 * Names of the state machines of a package. They are explicit because operators look for them, and because a function
 * that reads the history of a machine which invokes it can name that machine only by name (a reference would be a
 * cycle).
 */
export function machineNames(packageName: string): MachineNames {
  const prefix = namePrefix(packageName);
  const { release, rollback, rehearsal } = machineSuffixes;
  return {
    release: `${prefix}-${release}`,
    rollback: `${prefix}-${rollback}`,
    rehearsal: `${prefix}-${rehearsal}`,
  };
}

/** Releases and their rollbacks among the names of an account's machines, of whatever package. */
export function releaseMachines(names: Iterable<string>): { readonly release: string; readonly rollback: string }[] {
  const { release: forward, rollback: back, rehearsal } = machineSuffixes;
  const all = new Set(names);
  return [...all].flatMap((release) => {
    const prefix = release.endsWith(`-${forward}`) ? release.slice(0, -forward.length) : undefined;
    const rollback = `${prefix ?? ''}${back}`;
    // Others' machines may be called so too; only a package has all three.
    const ours = prefix !== undefined && all.has(rollback) && all.has(`${prefix}${rehearsal}`);
    return ours ? [{ release, rollback }] : [];
  });
}

/** Whether an execution is one of a ROLLBACK machine, of whatever package. */
export function isRollback(executionArn: string): boolean {
  return executionArn.split(':').at(6)?.endsWith(`-${machineSuffixes.rollback}`) === true;
}

/** Names of the states that are the same in every package; those of the tiers come from the plan. */
export const states = {
  checkGate: 'Check gate',
  awaitApproval: 'Await approval',
  checkAnswer: 'Check answer',
  trial: 'Trial',
  postChecks: 'Post checks',
  writeReport: 'Write report',
  signReport: 'Sign report',
  announceWait: 'Announce wait',
  announceEnding: 'Announce ending',
  rollBack: 'Roll back',
  fence: 'Fence',
  undo: 'Undo',
  proveBaseline: 'Prove baseline',
  inputRefused: 'Input refused',
} as const;

/** How the name of every tier's state begins, in this package and in those that were deployed before it. */
const TIER = 'Tier ';

/** The name of a tier's state in the state machine and in the report, for example `Tier 3 Ownership seed`. */
export function tierStateName(tier: { readonly id: string; readonly name: string }): string {
  return `${TIER}${tier.id} ${tier.name}`.trimEnd();
}

/** Whether a state is the one of a tier, known to this package or not. */
export function isTierState(name: string): boolean {
  return name.startsWith(TIER);
}

/** The node id in a fresh checkout; it lets `cdk synth` run, and no node has it, so that every gate stays closed. */
export const placeholderNodeId = 'mi-00000000000000000';
