import type { ReleasePlan, Role, Script } from './plan-schema.ts';

/** What the engine demands of the script that plays a role. */
interface Demand {
  /** Whether it changes the database; every other script may only read. */
  readonly mutates: boolean;
  /** Named groups of its proof line, which the engine reads. */
  readonly groups: readonly string[];
  /** Parameters that it must take. */
  readonly parameters: readonly string[];
}

const reads = (parameters: readonly string[] = []): Demand => ({ mutates: false, groups: ['json'], parameters });

/** The contract of each role; docs/package.md says the same in words. */
export const demands: Readonly<Record<Role, Demand>> = {
  gate: reads(),
  approval: reads(['ratifiedApr']),
  probe: reads(),
  contract: reads(),
  outcome: reads(['ratifiedApr']),
  undo: {
    mutates: true,
    groups: ['outcome', 'run', 'objects', 'left'],
    parameters: ['undoReleased', 'overrideChangedRows'],
  },
  prepare: { mutates: true, groups: ['signature', 'apr'], parameters: [] },
};

/** The role that a script of the plan plays; undefined for one that plays none. */
export function roleOf(plan: Pick<ReleasePlan, 'roles'>, id: string): string | undefined {
  return Object.entries(plan.roles).find(([, script]) => script === id)?.[0];
}

function* missing(role: string, demand: Demand, script: Script): Generator<string> {
  const at = `scripts "${script.id}" (role ${role})`;
  if (script.mutates !== demand.mutates)
    yield `${at}: mutates is ${String(script.mutates)}, this role needs ${String(demand.mutates)}`;
  for (const group of demand.groups)
    if (!script.proof.includes(`(?<${group}>`))
      yield `${at}: proof has no group (?<${group}>…), which the engine reads`;
  for (const parameter of demand.parameters)
    if (!script.parameters.some((name) => name === parameter))
      yield `${at}: parameters lacks "${parameter}", which the engine sends`;
}

/** What is wrong with the roles of a plan, one sentence each. */
export function* roleProblems({ roles, scripts }: ReleasePlan): Generator<string> {
  for (const [role, demand] of Object.entries(demands)) {
    const id = Object.entries(roles).find(([name]) => name === role)?.[1];
    const script = scripts.find((candidate) => candidate.id === id);
    if (script === undefined)
      yield `roles.${role}: no script has the id "${id ?? ''}"; add it to scripts, or correct the id`;
    else yield* missing(role, demand, script);
  }
  const ids = Object.values(roles);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) yield `roles: "${twice}" plays two roles; a script plays one`;
  // Scripts are called by their role, else by their id: one name must not mean two scripts.
  for (const { id } of scripts)
    if (Object.hasOwn(roles, id) && roleOf({ roles }, id) !== id)
      yield `scripts "${id}": is the name of a role that it does not play; rename it`;
}
