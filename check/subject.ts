import { PackageInvalid } from '../core/base/errors.ts';
import { type IncludeProblem, includedFiles, mayInclude, readIncludes } from '../core/package/flatten.ts';
import { copiedScripts, generateFiles, type GeneratedFiles } from '../core/package/generated.ts';
import { planSqlFile } from '../core/package/plan-sql.ts';
import type { ReleasePlan, Tier } from '../core/package/plan-schema.ts';
import { orchestratorFile, trialFile } from '../core/package/engine-scripts.ts';
import { allScripts, parsePlan } from '../core/package/plan.ts';
import { creationsOf, type Creation } from './effects.ts';
import { insideTransaction, isBegin, readScript, type Script } from './script.ts';
import type { Statement } from './statement.ts';

/**
 * What a script is for. `tier`: a forward script of the plan. `undo`: the plan's script that writes but is no tier.
 * `tier-undo`: a rollback beside it that the plan does not send. `reader`: a script of the plan that only reads.
 * `orchestrator`: chains the tiers by hand. `runner`: the prelude.
 */
export type Role = 'tier' | 'undo' | 'tier-undo' | 'reader' | 'orchestrator' | 'runner';

/** A script with its place in the release. */
export interface PlacedScript extends Script {
  readonly role: Role;
  /** True when it is meant to change the database. */
  readonly writes: boolean;
  readonly tier: Tier | undefined;
  /** The plan's proof line pattern; nothing for a script the plan does not send. */
  readonly proof: string | undefined;
}

/** A package under judgement: what every rule is given. */
export interface Subject {
  /** Path below the package folder → text. */
  readonly files: ReadonlyMap<string, string>;
  readonly plan: ReleasePlan;
  /** Files that only other files include: they are judged as part of these, and no script by themselves. */
  readonly pieces: ReadonlySet<string>;
  /** Every include that cannot be followed, each once. */
  readonly includeProblems: readonly IncludeProblem[];
  /** What should be generated into the package; absent while an include cannot be followed. */
  readonly generated: GeneratedFiles | undefined;
  readonly scripts: readonly PlacedScript[];
  /** Everything the forward tiers create, by name. */
  readonly created: ReadonlyMap<string, Creation>;
}

/**
 * Whether a file is a piece of the engine's that no script of the package includes. The rules are for what a package says to
 * production; a rehearsal's pieces use psql's shell, which no package may, and the trial's end no transaction as a script does.
 */
function isUnused(path: string, plan: ReleasePlan): boolean {
  const known = ['runner/prelude.sql', ...allScripts(plan).map(({ file }) => file)];
  return path.startsWith('runner/') && !known.includes(path);
}

function roleOf(script: Script, plan: ReleasePlan): Pick<PlacedScript, 'role' | 'writes' | 'tier' | 'proof'> {
  const planned = allScripts(plan).find(({ file }) => file === script.path);
  const tier = plan.tiers.find(({ file }) => file === script.path);
  if (planned !== undefined) {
    const role = tier !== undefined ? 'tier' : planned.mutates ? 'undo' : 'reader';
    return { role, writes: planned.mutates, tier, proof: planned.proof };
  }
  if (script.path === orchestratorFile(plan)) return { role: 'orchestrator', writes: false, tier, proof: undefined };
  if (script.path.startsWith('runner/')) return { role: 'runner', writes: false, tier, proof: undefined };
  const writes = script.sent.some((statement) => isBegin(statement) && !/read only/i.test(statement.text));
  return { role: writes ? 'tier-undo' : 'reader', writes, tier, proof: undefined };
}

/** The files that are included and no scripts by themselves; what the orchestrator chains are scripts. */
function piecesOf(files: ReadonlyMap<string, string>, plan: ReleasePlan): Set<string> {
  const pieces = includedFiles(new Map([...files].filter(([path]) => path !== orchestratorFile(plan)))).add(
    planSqlFile,
  );
  for (const { file } of allScripts(plan)) pieces.delete(file);
  return pieces;
}

/** A script with everything that it includes, but for the orchestrator: the tiers that it chains are judged themselves. */
function placed(files: ReadonlyMap<string, string>, path: string, plan: ReleasePlan): PlacedScript {
  const own = { text: files.get(path) ?? '', origin: (line: number) => ({ file: path, line }) };
  const script = readScript(path, path === orchestratorFile(plan) ? own : readIncludes(files, path).flattened);
  return { ...script, ...roleOf(script, plan) };
}

function includeProblemsIn(files: ReadonlyMap<string, string>): IncludeProblem[] {
  const problems = [...files]
    .filter(([path, text]) => path.endsWith('.sql') && mayInclude(text))
    .flatMap(([path]) => readIncludes(files, path).problems);
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function generatedFor(files: ReadonlyMap<string, string>): GeneratedFiles | undefined {
  try {
    return generateFiles(files);
  } catch (error) {
    if (error instanceof PackageInvalid) return undefined;
    throw error;
  }
}

/**
 * Reads a package for the rules. @throws PackageInvalid when the plan is broken, as nothing can be judged without it.
 */
export function readSubject(files: ReadonlyMap<string, string>): Subject {
  const plan = parsePlan(files.get('release.json'));
  // It writes without a tier's guards; core/rehearsal/scripts.ts demands the guard that keeps it on a clone.
  const cloneOnly = plan.scripts.find(({ id }) => id === plan.roles.prepare)?.file;
  const [pieces, copies] = [piecesOf(files, plan), copiedScripts(files, plan)];
  const scripts = [...files.keys()]
    .filter((path) => path.endsWith('.sql') && !isUnused(path, plan) && path !== cloneOnly)
    .filter((path) => !pieces.has(path) && !copies.has(path) && path !== trialFile(plan))
    .map((path) => placed(files, path, plan));
  const created = scripts
    .filter(({ role, writes }) => role === 'tier' && writes)
    .flatMap((script) => insideTransaction(script).filter(({ within }) => within !== 'function'))
    .flatMap(creationsOf);
  return {
    files,
    plan,
    pieces,
    includeProblems: includeProblemsIn(files),
    generated: generatedFor(files),
    scripts,
    created: new Map(
      created
        .map((made) => ({ ...made, name: made.name === keptTable ? (plan.keeps ?? made.name) : made.name }))
        .filter((made) => !changesAsPlanned(made, plan))
        .map((made) => [made.name, made]),
    ),
  };
}

/** What the engine's SQL calls the table in which a release keeps what it changes: a psql variable, which stands for its name. */
const keptTable = 'release_keeps';

/** Whether a tier makes it, as the plan says, of or on what was there before: nothing of it is the release's own. */
function changesAsPlanned({ what, name, on }: Creation, { existing, replaces }: ReleasePlan): boolean {
  if (what === 'index') return existing.some(({ relation, indexes }) => relation === on && indexes.includes(name));
  if (what === 'view') return replaces?.views.includes(name) === true;
  return what === 'function' && replaces?.functions.some((signature) => signature.startsWith(`${name}(`)) === true;
}

/** Whether a script keeps what it changes: by these includes of the engine. */
export function keeps(script: Script, what: 'rows' | 'definitions'): boolean {
  const files = new Set(script.statements.map(({ line }) => script.origin(line).file));
  return [what, 'after'].every((name) => files.has(`runner/keep/${name}.sql`));
}

/** A statement that replaces a view or a function as the plan says, in a script that keeps what was there. */
export function replacesAsPlanned(statement: Statement, { plan }: Subject, script: Script): boolean {
  const [made, ...more] = creationsOf(statement);
  const planned = made !== undefined && made.what !== 'index' && changesAsPlanned(made, plan);
  return planned && more.length === 0 && keeps(script, 'definitions');
}

/** The forward tiers that write, in the plan's order. */
export function writingTiers(subject: Subject): (PlacedScript & { readonly tier: Tier })[] {
  return subject.plan.tiers.flatMap((tier) => {
    const script = subject.scripts.find(({ path, writes }) => writes && path === tier.file);
    return script === undefined ? [] : [{ ...script, tier }];
  });
}

/** All scripts that write: tiers and rollbacks. */
export function writers(subject: Subject): PlacedScript[] {
  return subject.scripts.filter(({ writes }) => writes);
}

/** All scripts that must not write: the plan's read-only ones, and those beside them. */
export function readers(subject: Subject): PlacedScript[] {
  return subject.scripts.filter(({ writes, role }) => !writes && role !== 'orchestrator' && role !== 'runner');
}
