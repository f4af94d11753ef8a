import { inPackage, UsageError } from '../base/errors.ts';
import { orchestratorFile } from './engine-scripts.ts';
import { copiedScripts } from './generated.ts';
import type { ReleasePlan, Tier } from './plan-schema.ts';
import { allScripts, parsePlan, tierNumber } from './plan.ts';
import { filledTemplates } from './tier-template.ts';

const planFile = 'release.json';

/** A tier that does not exist yet: everything its files are written from. */
interface NewTier {
  readonly id: string;
  /** Path below the package folder. */
  readonly file: string;
  /** The part of the file name after its number. */
  readonly slug: string;
  readonly name: string;
  readonly title: string;
  /** What its rows carry in `created_by`. */
  readonly tag: string;
}

/** The tiers around the new one: the last that writes, and the one that seals. */
function neighbours({ tiers }: ReleasePlan): { last: Tier; sealing: Tier } {
  const [last, sealing] = [tiers.filter(({ mutates, seals }) => mutates && !seals).at(-1), tiers.at(-1)];
  if (last === undefined || sealing === undefined)
    throw new UsageError('The package has no tier to take as a pattern.');
  return { last, sealing };
}

/** The number that a next tier would naturally have: the next ten, or the next one where there is no ten left. */
function nextNumber(last: number, sealing: number): number {
  const ten = Math.floor(last / 10) * 10 + 10;
  return ten < sealing ? ten : last + 1;
}

/** The two digits and the rest of a name. @throws UsageError for a name or number that cannot be used. */
function parsedName(name: string, plan: ReleasePlan): { number: number; slug: string } {
  const { last, sealing } = neighbours(plan);
  const [from, to] = [tierNumber(last), tierNumber(sealing)];
  const next = nextNumber(from, to);
  const [, digits = '', slug = ''] = /^([0-9]{2})_([a-z][a-z0-9_]{0,39})$/.exec(name) ?? [];
  const number = Number(digits);
  if (slug === '')
    throw new UsageError(
      `"${name}" is not a name for a tier: two digits, then _ and lower-case letters, such as ${next}_example.`,
    );
  const taken = plan.tiers.find((tier) => tierNumber(tier) === number || tier.file.includes(`/${digits}_`));
  if (taken !== undefined)
    throw new UsageError(
      `The number ${digits} is taken by tier ${taken.id} (${taken.name}, ${inPackage(taken.file)}).`,
    );
  if (next >= to)
    throw new UsageError(
      `No number is free between tier ${last.id} (${last.name}) and tier ${sealing.id} (${sealing.name}), which seals and stays last.`,
    );
  if (number < from || number > to)
    throw new UsageError(
      `The number ${digits} does not lie between tier ${last.id} (${last.name}) and tier ${sealing.id} (${sealing.name}), which seals; the next tier is ${next}_${slug}.`,
    );
  return { number, slug };
}

/** A tag of the form that the package's last one has: `PROD_topic_2026-06-03` becomes `PROD_<slug>_2026-06-03`. */
function tagFor(slug: string, { tiers }: ReleasePlan): string {
  const [, before = '', after = ''] =
    /^([^_]+_).*?(_[0-9-]+)?$/.exec(tiers.findLast(({ tag }) => tag)?.tag ?? '') ?? [];
  return before + slug + after;
}

function newTier(plan: ReleasePlan, request: { name: string; title?: string }): NewTier {
  const { number, slug } = parsedName(request.name, plan);
  const words = slug.replaceAll('_', ' ').trim();
  return {
    id: number % 10 === 0 ? String(number / 10) : String(number),
    slug,
    tag: tagFor(slug, plan),
    file: neighbours(plan).last.file.replace(/[^/]+$/, `${request.name}.sql`),
    name: words.charAt(0).toUpperCase() + words.slice(1),
    title: request.title ?? `Add ${words}`,
  };
}

/** @throws UsageError when a file of the package has the new tier's name, or means something by its word. */
function assertNew(files: ReadonlyMap<string, string>, plan: ReleasePlan, { file, slug }: NewTier): void {
  if (files.has(file) || allScripts(plan).some((script) => script.file === file))
    throw new UsageError(`${inPackage(file)} is there already; choose another name.`);
  const used = [...files].find(([path, text]) => path.endsWith('.sql') && text.includes(`'${slug}'`));
  if (used !== undefined)
    throw new UsageError(`"${slug}" means something in ${inPackage(used[0])} already; choose another name.`);
}

/** The plan's text with the tier before the sealing one; everything else keeps its bytes. */
function withTier(text: string, plan: ReleasePlan, tier: NewTier, proof: string): string {
  const { id, name, file, title, tag } = tier;
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
 * Everything that a person would write to add a tier: path below sql/ → new text, without what is generated. The tier
 * works as it is, and is undone by both rollbacks; what it does is said by the package's templates.
 * @throws UsageError for a name, number or file that cannot be used.
 * @throws PackageInvalid when the plan is broken or a template has no place.
 */
export function scaffoldTier(
  files: ReadonlyMap<string, string>,
  request: { readonly name: string; readonly title?: string },
): { readonly tier: Pick<NewTier, 'id' | 'file'>; readonly changes: ReadonlyMap<string, string> } {
  const text = (path: string): string => files.get(path) ?? '';
  const plan = parsePlan(text(planFile));
  const copies = copiedScripts(files, plan);
  const written = new Map([...files].filter(([path]) => !copies.has(path)));
  const tier = newTier(plan, request);
  assertNew(written, plan, tier);
  const title = tier.title.charAt(0).toLowerCase() + tier.title.slice(1);
  const values = {
    id: tier.id,
    slug: tier.slug,
    tag: tier.tag,
    name: tier.name,
    words: tier.name.toLowerCase(),
    title,
  };
  const { proof, changes: filled } = filledTemplates(written, tier.file, values);
  const changes = new Map([
    ...filled,
    [planFile, withTier(text(planFile), plan, tier, proof)],
    [orchestratorFile(plan), withInclude(text(orchestratorFile(plan)), tier, neighbours(plan).sealing)],
  ]);
  parsePlan(changes.get(planFile) ?? '');
  return { tier, changes };
}
