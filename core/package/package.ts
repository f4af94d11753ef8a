import { namedDigest, sha256Hex } from '../base/digest.ts';
import { inPackage, packageFolder, PackageInvalid } from '../base/errors.ts';
import { renderArchive } from './make-archive.ts';
import {
  insideFile,
  manifestFile,
  manifestLines,
  planFile,
  preludeFile,
  renderManifest,
  wrapperFile,
} from './manifest.ts';
import { allScripts, parsePlan } from './plan.ts';
import { flatten } from './flatten.ts';
import { packLineMap, renderLineMap } from './line-map.ts';
import type { ReleasePlan, Script } from './plan-schema.ts';
import type { Review } from './review.ts';
import { roleOf } from './roles.ts';
import { assembleTrial } from './trial.ts';

/**
 * Comments and indentation of the wrapper, which the shell does not need: in 37 documents they would take a tenth of
 * CloudFormation's 1 MB.
 */
const forReaders = /^[ \t]*(#.*)?\n|^[ \t]+/gm;

/** Where a script runs: on the plan's database, on a rehearsal's clone of it, or beside both (`postgres`). */
export type ScriptDatabase = 'production' | 'clone' | 'maintenance';

/** A script as it is sent. */
export interface PackagedScript {
  readonly script: Script;
  /** The script with everything that it includes. */
  readonly text: string;
  /** sha256 (64 hex) of prelude followed by `text`: what the wrapper checks. */
  readonly sha256: string;
  /** Which lines of `text` stand in which file, see {@link renderLineMap}: what the wrapper names positions by. */
  readonly lineMap: string;
  /** What the engine calls it by: a role of the plan, or a rehearsal's name for it; absent where that is its id. */
  readonly role?: string;
  /** Absent for the release's own scripts, which know only production. */
  readonly runsOn?: ScriptDatabase;
}

/** The whole package, read and checked: what is approved, sent, and reported. */
export interface ReleasePackage {
  readonly plan: ReleasePlan;
  /** `sha256:<64 hex>` of the manifest: the digest that an approver approves. */
  readonly digest: string;
  readonly manifest: string;
  /** What the folder of every run holds of it, see core/package/archive.ts. */
  readonly archive: string;
  readonly prelude: string;
  /**
   * What each document ends in: wrapper.sh with the text of inside.sh in front, both without comments and indentation.
   */
  readonly wrapper: string;
  /** Who declared to have read which package, as far as whoever read the folder looked for them. */
  readonly reviews: readonly Review[];
  /** What may be sent to the plan's database. */
  readonly scripts: readonly PackagedScript[];
  /** Which lines of the trial stand in which file, packed: what a failure in it is named by. */
  readonly trialLines: string;
  /** What makes a clone ready for a rehearsal: the one script of the plan that production never sees. */
  readonly prepare: PackagedScript;
}

function requiredFile(files: ReadonlyMap<string, string>, path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new PackageInvalid(`${inPackage(path)} is missing; the plan or the runner needs it`);
  return text;
}

function* manifestDifferences(committed: string, actual: string): Generator<string> {
  const [before, after] = [manifestLines(committed), manifestLines(actual)];
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) continue;
    if (was === undefined) yield `${inPackage(path)} is not in the manifest`;
    else if (is === undefined) yield `${inPackage(path)} is in the manifest but not on disk`;
    else yield `${inPackage(path)} is sha256:${is.slice(0, 12)}…, the manifest says sha256:${was.slice(0, 12)}…`;
  }
}

/**
 * Refuses a package whose files are not the ones in its manifest.
 * @throws PackageInvalid naming each file that differs and what to do.
 */
export function assertManifest(files: ReadonlyMap<string, string>): void {
  const committed = requiredFile(files, manifestFile);
  const problems = [...manifestDifferences(committed, renderManifest(files))];
  if (problems.length === 0) return;
  throw new PackageInvalid(
    [
      'The package differs from its manifest. Nothing was sent.',
      ...problems,
      `If the change is meant, review it and run \`npx one-roof update --package ${packageFolder}\`; the new digest has to be approved.`,
    ].join('\n'),
  );
}

/** The line of the plan that names a file, for a message. */
function planLine(files: ReadonlyMap<string, string>, path: string): number {
  return (files.get(planFile) ?? '').split('\n').findIndex((line) => line.includes(`"${path}"`)) + 1;
}

/** Every file that the plan names has to be there, before anything is made of one. */
function assertScripts(files: ReadonlyMap<string, string>, plan: ReleasePlan): void {
  const problems = allScripts(plan)
    .filter(({ file }) => !files.has(file))
    .map(
      ({ id, file }) =>
        `${inPackage(planFile)}:${planLine(files, file)} the script "${id}" is in ${file}, which is not there; ` +
        'write that file, or mend the path',
    );
  if (problems.length > 0) throw new PackageInvalid(problems.join('\n'));
}

/**
 * The wrapper as a document carries it: the part that runs inside the container is one argument of `docker exec`, so
 * its text is assigned to a variable first. Two files, so that a linter of shell scripts reads both.
 * @throws PackageInvalid when the inner text holds a single quote, which would end it early.
 */
function wrapperText(wrapper: string, inside: string): string {
  const inner = inside.replaceAll(forReaders, '');
  if (inner.includes("'"))
    throw new PackageInvalid(`${inPackage(insideFile)} holds a single quote; write it without one`);
  return `one_roof_inside='\n${inner}'\n${wrapper.replaceAll(forReaders, '')}`;
}

/**
 * Turns the files of a package (path below its folder → text) into what is released. Does not judge the manifest: see
 * {@link assertManifest}.
 * @throws PackageInvalid when the plan is broken, a file it names is missing, or an include cannot be followed.
 */
export function describePackage(files: ReadonlyMap<string, string>): ReleasePackage {
  const plan = parsePlan(requiredFile(files, planFile));
  assertScripts(files, plan);
  const prelude = requiredFile(files, preludeFile);
  const manifest = renderManifest(files);
  const packaged = (script: Script): PackagedScript => {
    const flattened = flatten(files, script.file);
    const { text } = flattened;
    const role = roleOf(plan, script.id);
    const called = role === undefined ? {} : { role };
    return { script, text, sha256: sha256Hex(prelude + text), lineMap: renderLineMap(flattened), ...called };
  };
  const all = allScripts(plan).map(packaged);
  const scripts = all.filter(({ role }) => role !== 'prepare');
  const prepare = all.find(({ role }) => role === 'prepare');
  if (prepare === undefined) throw new PackageInvalid(`${inPackage(planFile)} roles.prepare: no script plays it`);
  const wrapper = wrapperText(requiredFile(files, wrapperFile), requiredFile(files, insideFile));
  const archive = renderArchive(files, plan, manifest);
  const trialLines = packLineMap(renderLineMap(assembleTrial(files, plan)));
  const texts = { manifest, archive, prelude, wrapper, trialLines };
  return { plan, digest: namedDigest(manifest), ...texts, reviews: [], scripts, prepare };
}
