import type * as z from 'zod';
import { inPackage, PackageInvalid } from '../base/errors.ts';
import { planSchema, type ReleasePlan, type Script, type Tier } from './plan-schema.ts';
import { engineScripts, trialScript } from './engine-scripts.ts';
import { planFile } from './manifest.ts';
import { roleProblems } from './roles.ts';
import { loginRole } from './script-schema.ts';

/** The script id of a tier: what its document, log group and application_name end in. */
export function tierScriptId(tier: Pick<Tier, 'id'>): string {
  return `tier-${tier.id}`;
}

/**
 * The number by which tiers are ordered, and which their files begin with: two digits, so that 71 to 79 lie between
 * tier 7 (70) and tier 8 (80), and a tier can be added between any two.
 */
export function tierNumber({ id }: Pick<Tier, 'id'>): number {
  return Number(id.padEnd(2, '0'));
}

/** Every script of a release: the tiers' in their order, then the plan's others, then the engine's own. */
export function allScripts(plan: ReleasePlan): Script[] {
  const ofTiers = plan.tiers.map((tier): Script => ({
    id: tierScriptId(tier),
    file: tier.file,
    seconds: tier.seconds,
    as: loginRole(tier),
    mutates: tier.mutates,
    // Every tier re-checks the approval request in its own transaction.
    parameters: ['ratifiedApr'],
    proof: tier.proof,
  }));
  return [...ofTiers, ...plan.scripts, trialScript(plan), ...engineScripts];
}

function* tierProblems({ tiers, scripts, roles }: ReleasePlan): Generator<string> {
  const order = tiers.map(tierNumber);
  if (order.some((number, index) => index > 0 && number <= (order[index - 1] ?? -1))) {
    yield `tiers: ids must rise, where 71 to 79 lie between 7 and 8; found ${tiers.map(({ id }) => id).join(', ')}`;
  }
  const sealing = tiers.filter((tier) => tier.seals);
  if (sealing.length !== 1 || tiers.at(-1)?.seals !== true) yield 'tiers: exactly one tier seals, and it is the last';
  for (const tier of tiers) {
    for (const id of tier.beside) {
      const script = [...scripts, ...engineScripts].find((candidate) => candidate.id === id);
      if (script === undefined) yield `tiers: tier ${tier.id} runs "${id}" beside it, which is not in scripts`;
      else if (script.mutates) yield `tiers: tier ${tier.id} runs "${id}" beside it, which is not read-only`;
    }
  }
  const [first] = tiers;
  for (const id of ['fingerprint', roles.probe])
    if (first !== undefined && !first.beside.includes(id))
      yield `tiers: tier ${first.id} does not run "${id}" beside it, which a rollback is compared with; add it to "beside"`;
}

/** What has to be so that whatever is changed can be put back. */
function* keepProblems({ existing, replaces, keeps, creates }: ReleasePlan): Generator<string> {
  const changed = existing.filter(({ rows }) => rows === 'updated' || rows === 'deleted');
  for (const { relation, rows, key } of changed)
    if (key === undefined) yield `existing: rows of ${relation} are ${rows}, and "key" does not say how they are known`;
  const changes =
    existing.some(({ columns, indexes }) => columns.length + indexes.length > 0) || replaces !== undefined;
  if ((changes || changed.length > 0) && keeps === undefined)
    yield 'keeps: what was there before is changed, and no table keeps it; name the first table of "creates"';
  if (keeps !== undefined && creates.tables[0] !== keeps)
    yield `keeps: "${keeps}" is not the first table of "creates", so it would not be dropped last`;
}

/** Rows are watched where the release puts some: in its own tables, and in relations that it adds rows to. */
function* driftProblems({ drift, creates, existing }: ReleasePlan): Generator<string> {
  for (const table of drift?.changing ?? [])
    if (!creates.tables.includes(table)) yield `drift: changing names ${table}, which the release does not create`;
  for (const { relation } of drift?.rows ?? [])
    if (!existing.some((entry) => entry.relation === relation && entry.rows !== 'kept'))
      yield `drift: rows names ${relation}, whose rows are not changed by "existing"`;
}

function* contradictions(plan: ReleasePlan): Generator<string> {
  const ids = allScripts(plan).map((script) => script.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    yield `scripts: "${twice}" is named twice${isOwn(twice) ? ', as the engine has its own' : ''}`;
  yield* roleProblems(plan);
  yield* keepProblems(plan);
  yield* driftProblems(plan);
  yield* tierProblems(plan);
  for (const name of Object.keys(ownVariables(plan)))
    if (Object.hasOwn(plan.variables, name)) yield `variables: "${name}" is set by the engine; choose another name`;
}

function isOwn(id: string): boolean {
  return engineScripts.some((script) => script.id === id);
}

/** A broken rule as one sentence; of a missing field zod says only what it "received". */
function issueText({ path, message, code, ...issue }: z.core.$ZodIssue): string {
  const field = path.join('.') || '(top)';
  if (code === 'unrecognized_keys')
    return `${inPackage(planFile)} ${field}: ${message}; remove it, or correct its name`;
  const absent = code === 'invalid_type' && issue.input === undefined && message.endsWith('received undefined');
  return `${inPackage(planFile)} ${field}: ${absent ? 'is missing; docs/package.md says what it holds' : message}`;
}

/**
 * Turns the text of `release.json` into a plan that the rest of the code may trust.
 * @throws PackageInvalid naming every rule that is broken, one line each.
 */
export function parsePlan(text: string | undefined): ReleasePlan {
  if (text === undefined) {
    throw new PackageInvalid(
      'release.json is missing, and without a plan this is no package; docs/package.md says what it holds',
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new PackageInvalid(
      `${inPackage(planFile)} is not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    throw new PackageInvalid(parsed.error.issues.map(issueText).join('\n'));
  }
  const problems = [...contradictions(parsed.data)];
  if (problems.length > 0)
    throw new PackageInvalid(problems.map((line) => `${inPackage(planFile)} ${line}`).join('\n'));
  return parsed.data;
}

/** What the engine tells every script of the plan, besides the plan's own variables. */
function ownVariables({ creates, approval }: ReleasePlan): Record<string, string> {
  const { tables, views, functions } = creates;
  return {
    expected_objects: String(tables.length + views.length + functions.length),
    approval_code_pattern: approval.code.pattern,
    approval_code_length: String(approval.code.maxLength),
    approval_code_example: approval.code.example,
  };
}

/** The plan's figures and texts as psql variables; `plan.sql` holds the same values as defaults. */
export function psqlVariables(plan: ReleasePlan): Record<string, string> {
  return { ...plan.variables, ...ownVariables(plan) };
}
