import { PackageInvalid } from '../base/errors.ts';
import { planSchema, type ReleasePlan, type Script, type Tier } from './plan-schema.ts';

/** Every script a rollback or a check needs by name; the plan must contain them. */
export const requiredScripts = [
  'gate-check',
  'apr-check',
  'fingerprint',
  'baseline-probe',
  'ui-read-contract',
  'outcome-reread',
  'fence',
  'undo',
] as const;

/** The script id of a tier: what its document, log group and application_name end in. */
export function tierScriptId(tier: Pick<Tier, 'id'>): string {
  return `tier-${tier.id}`;
}

/** Every script of the plan in the order it can first run: the tiers' scripts, then the others. */
export function allScripts(plan: ReleasePlan): Script[] {
  const ofTiers = plan.tiers.map((tier): Script => ({
    id: tierScriptId(tier),
    file: tier.file,
    seconds: tier.seconds,
    as: 'writer',
    mutates: tier.mutates,
    // Every tier re-checks the approval request in its own transaction.
    parameters: ['ratifiedApr'],
    proof: tier.proof,
  }));
  return [...ofTiers, ...plan.scripts];
}

function* contradictions(plan: ReleasePlan): Generator<string> {
  const ids = allScripts(plan).map((script) => script.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) yield `scripts: "${twice}" is named twice`;
  for (const id of requiredScripts) if (!ids.includes(id)) yield `scripts: "${id}" is missing`;
  const order = plan.tiers.map((tier) => Number(tier.id));
  if (order.some((id, index) => index > 0 && id <= (order[index - 1] ?? -1))) {
    yield `tiers: ids must rise, found ${order.join(', ')}`;
  }
  const sealing = plan.tiers.filter((tier) => tier.seals);
  if (sealing.length !== 1 || plan.tiers.at(-1)?.seals !== true)
    yield 'tiers: exactly one tier seals, and it is the last';
  for (const tier of plan.tiers) {
    for (const id of tier.before) {
      const script = plan.scripts.find((candidate) => candidate.id === id);
      if (script === undefined) yield `tiers: tier ${tier.id} runs "${id}" before it, which is not in scripts`;
      else if (script.mutates) yield `tiers: tier ${tier.id} runs "${id}" before it, which is not read-only`;
    }
  }
  const { inventory, scopes, gap, owners, ownership, objects } = plan.expected;
  const { tables, views, functions } = plan.creates;
  const created = tables.length + views.length + functions.length;
  if (created !== objects) yield `expected: objects is ${objects}, but creates names ${created}`;
  if (inventory * scopes !== gap) yield `expected: gap is ${gap}, but ${inventory} x ${scopes} = ${inventory * scopes}`;
  const seeded = Object.keys(owners).length * scopes;
  if (seeded !== ownership)
    yield `expected: ownership is ${ownership}, but ${Object.keys(owners).length} groups x ${scopes} = ${seeded}`;
}

/**
 * Turns the text of `sql/release.json` into a plan that the rest of the code may trust.
 * @throws PackageInvalid naming every rule that is broken, one line each.
 */
export function parsePlan(text: string | undefined): ReleasePlan {
  if (text === undefined) throw new PackageInvalid('sql/release.json is missing: without the plan this is no package');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new PackageInvalid(`sql/release.json is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `sql/release.json ${issue.path.join('.') || '(top)'}: ${issue.message}`,
    );
    throw new PackageInvalid(lines.join('\n'));
  }
  const problems = [...contradictions(parsed.data)];
  if (problems.length > 0) throw new PackageInvalid(problems.map((line) => `sql/release.json ${line}`).join('\n'));
  return parsed.data;
}

/** The plan's figures as psql variables; the SQL files hold the same values as defaults (a test compares). */
export function psqlVariables(plan: ReleasePlan): Record<string, string> {
  const { inventory, scopes, gap, ownership, objects, owners } = plan.expected;
  return {
    expected_inventory: String(inventory),
    expected_scopes: String(scopes),
    expected_gap: String(gap),
    expected_ownership: String(ownership),
    expected_objects: String(objects),
    owner_map: Object.entries(owners)
      .map(([group, owner]) => `${group}=${owner}`)
      .join(','),
    expected_request_type: plan.approval.requestType,
    expected_action: plan.approval.action,
  };
}
