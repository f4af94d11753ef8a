import { UsageError } from '../base/errors.ts';
import { allScripts, parsePlan } from './plan.ts';
import type { ReleasePlan, Tier } from './plan-schema.ts';
import type { NewTier } from './new-tier.ts';
import { withBranch } from './tier-scaffold-rollback.ts';
import { tierScript } from './tier-scaffold-script.ts';

const planFile = 'release.json';
const orchestrator = 'prod/99_run_all.sql';
const perTierRollback = 'prod_rollback/per_tier_rollback.sql';

/** The tiers around the new one: the last that writes, whose blocks are copied, and the one that seals. */
function neighbours({ tiers }: ReleasePlan): { last: Tier; sealing: Tier } {
  const [last, sealing] = [tiers.filter(({ mutates, seals }) => mutates && !seals).at(-1), tiers.at(-1)];
  if (last === undefined || sealing === undefined)
    throw new UsageError('The package has no tier to take as a pattern.');
  return { last, sealing };
}

function numberOf(name: string, plan: ReleasePlan): number {
  const { last, sealing } = neighbours(plan);
  const [, digits = '', slug = ''] = /^([0-9]+)_([a-z][a-z0-9_]{0,39})$/.exec(name) ?? [];
  const next = (Number(last.id) + 1) * 10;
  if (slug === '')
    throw new UsageError(
      `"${name}" is not a name for a tier: two digits, then _ and lower-case letters, such as ${next}_example.`,
    );
  const taken = plan.tiers.find(
    ({ id, file }) => Number(id) * 10 === Number(digits) || file.startsWith(`prod/${digits}_`),
  );
  if (taken !== undefined)
    throw new UsageError(`The number ${digits} is taken by tier ${taken.id} (${taken.name}, sql/${taken.file}).`);
  if (Number(last.id) + 1 >= Number(sealing.id))
    throw new UsageError(
      `No number is free between tier ${last.id} (${last.name}) and tier ${sealing.id} (${sealing.name}), which seals and stays last.`,
    );
  if (digits !== String(next))
    throw new UsageError(
      `The number ${digits} does not follow sql/${last.file} (tier ${last.id}); the next tier is ${next}_${slug}.`,
    );
  return next;
}

function newTier(
  files: ReadonlyMap<string, string>,
  plan: ReleasePlan,
  request: { name: string; title?: string },
): NewTier {
  const id = String(numberOf(request.name, plan) / 10);
  const slug = request.name.slice(request.name.indexOf('_') + 1);
  const words = slug.replaceAll('_', ' ').trim();
  const { last } = neighbours(plan);
  const date = /_(\d{4}-\d{2}-\d{2})'/.exec([...files.values()].join('\n'))?.[1];
  const tag = date === undefined ? `PROD_${slug}` : `PROD_${slug}_${date}`;
  const tier = {
    id,
    slug,
    tag,
    file: last.file.replace(/[^/]+$/, `${request.name}.sql`),
    name: words.charAt(0).toUpperCase() + words.slice(1),
    title: request.title ?? `Register the axis ${slug} as a candidate`,
    proof: `^${slug} axes=(?<axes>1)$`,
  };
  if (files.has(tier.file) || allScripts(plan).some(({ file }) => file === tier.file))
    throw new UsageError(`sql/${tier.file} is there already; choose another name.`);
  const used = [...files].find(([path, text]) => path.startsWith('prod/') && text.includes(`'${slug}'`));
  if (used !== undefined)
    throw new UsageError(`"${slug}" means something in sql/${used[0]} already; choose another name.`);
  return tier;
}

/** The plan's text with the tier before the sealing one; everything else keeps its bytes. */
function withTier(text: string, plan: ReleasePlan, { id, name, file, title, tag, proof }: NewTier): string {
  const { sealing } = neighbours(plan);
  const open = text.lastIndexOf('{', text.indexOf(`"${sealing.file}"`));
  const indent = /[ \t]*$/.exec(text.slice(0, open))?.[0] ?? '';
  const entry = JSON.stringify({ id, name, file, title, seconds: 30, mutates: true, tag, proof }, null, 2);
  return `${text.slice(0, open)}${entry.replaceAll('\n', `\n${indent}`)},\n${indent}${text.slice(open)}`;
}

function withInclude(text: string, tier: NewTier, sealing: Tier): string {
  const line = (file: string): string => `\\ir ${file.replace(/^.*\//, '')}\n`;
  return text.replace(line(sealing.file), (found) => line(tier.file) + found);
}

/**
 * Everything that changes when a tier is added: path below sql/ → new text, the manifest excluded. The tier works as
 * it is: it registers one axis as a candidate, which nothing else looks at, and is undone by both rollbacks.
 * @throws UsageError for a name, number or file that cannot be used.
 * @throws PackageInvalid when the plan is broken or a file has no place for the tier.
 */
export function scaffoldTier(
  files: ReadonlyMap<string, string>,
  request: { readonly name: string; readonly title?: string },
): { readonly tier: NewTier; readonly changes: ReadonlyMap<string, string> } {
  const text = (path: string): string => files.get(path) ?? '';
  const plan = parsePlan(text(planFile));
  const tier = newTier(files, plan, request);
  const { last, sealing } = neighbours(plan);
  const changes = new Map([
    [tier.file, tierScript(tier, last, text(last.file))],
    [planFile, withTier(text(planFile), plan, tier)],
    [orchestrator, withInclude(text(orchestrator), tier, sealing)],
    [perTierRollback, withBranch(text(perTierRollback), perTierRollback, tier)],
  ]);
  parsePlan(changes.get(planFile) ?? '');
  return { tier, changes };
}
