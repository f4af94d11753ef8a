import { cloneVariant } from '../package/clone-variant.ts';
import { sha256Hex } from '../base/digest.ts';
import { PackageInvalid } from '../base/errors.ts';
import { flatten } from '../package/flatten.ts';
import { renderLineMap } from '../package/line-map.ts';
import type { PackagedScript, ReleasePackage, ScriptDatabase } from '../package/package.ts';
import type { Script } from '../package/plan-schema.ts';
import { tierScriptId } from '../package/plan.ts';

/**
 * Prefix of the id of every script of a rehearsal. It is part of application_name, by which the guard and the lock
 * watch find the script.
 */
const PREFIX = 'rehearsal-';

/** The id that a script of the plan has in a rehearsal. */
export function rehearsalId(scriptId: string): string {
  return `${PREFIX}${scriptId}`;
}

/** The id in the plan of a rehearsal's script. */
export function planId(rehearsalScriptId: string): string {
  return rehearsalScriptId.startsWith(PREFIX) ? rehearsalScriptId.slice(PREFIX.length) : rehearsalScriptId;
}

/** Scripts of the plan, besides the tiers, that run on the clone as variants. */
const onClone = ['fingerprint', 'ui-read-contract', 'outcome-reread', 'undo'];

/**
 * Scripts of the plan that read production, unchanged, before and after the rehearsal: id in the rehearsal → id in the
 * plan.
 */
const onProduction = { 'production-fingerprint': 'fingerprint', 'production-probe': 'baseline-probe' } as const;

/**
 * Budget for copying the database, in seconds. One function waits for the copy, and Lambda ends a function after 900 s.
 */
const CLONE_SECONDS = 780;
/** Budget for reading every relation of the clone once, at production's size, in seconds. */
const READ_SECONDS = 120;

interface OwnScript {
  readonly id: string;
  readonly seconds: number;
  readonly mutates: boolean;
  readonly runsOn: ScriptDatabase;
  readonly proof: string;
}

/**
 * The rehearsal's own scripts, `runner/rehearsal/<id>.sql`. They are not part of the package, so that a correction
 * needs no new approval.
 */
const own: readonly OwnScript[] = [
  {
    id: 'clean',
    seconds: READ_SECONDS,
    mutates: true,
    runsOn: 'maintenance',
    proof: '^rehearsal_clean dropped=(?<dropped>[0-9]+) terminated=(?<terminated>[0-9]+) clones=0$',
  },
  {
    id: 'disk',
    seconds: 20,
    mutates: false,
    runsOn: 'maintenance',
    proof: '^rehearsal_disk bytes=(?<bytes>[0-9]+) free=(?<free>[0-9]+)$',
  },
  {
    id: 'clone',
    seconds: CLONE_SECONDS,
    mutates: true,
    runsOn: 'maintenance',
    proof: '^rehearsal_clone bytes=(?<bytes>[0-9]+) seconds=(?<seconds>[0-9.]+)$',
  },
  {
    id: 'prepare',
    seconds: READ_SECONDS,
    mutates: true,
    runsOn: 'clone',
    proof:
      '^rehearsal_prepare signature=(?<signature>present|simulated) apr=(?<apr>APR-[A-Z0-9-]+) relations=(?<relations>[0-9]+)$',
  },
  {
    id: 'measure',
    seconds: 20,
    mutates: false,
    runsOn: 'clone',
    proof: '^rehearsal_measure (?<json>\\[.*\\])$',
  },
  {
    id: 'compare',
    seconds: READ_SECONDS,
    mutates: false,
    runsOn: 'clone',
    proof: '^rehearsal_compare (?<json>\\[.*\\])$',
  },
  {
    id: 'drop',
    seconds: 60,
    mutates: true,
    runsOn: 'maintenance',
    proof: '^rehearsal_drop clones=(?<clones>0) backends=(?<backends>0)$',
  },
];

function required<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new PackageInvalid(`${what} is missing; a rehearsal needs it`);
  return value;
}

function packaged(
  release: ReleasePackage,
  script: Script,
  { text, lineMap }: Pick<PackagedScript, 'text' | 'lineMap'>,
  runsOn: ScriptDatabase,
): PackagedScript {
  return { script, text, sha256: sha256Hex(release.prelude + text), lineMap, runsOn };
}

/**
 * Everything that a rehearsal sends: the clone variant of each tier and of the scripts around the tiers, the two
 * read-only scripts for production unchanged, and the rehearsal's own scripts. `files` are those of runner/rehearsal/,
 * by name.
 * @throws PackageInvalid when a guard is not where it must be, or a file is missing.
 */
export function rehearsalScripts(release: ReleasePackage, files: ReadonlyMap<string, string>): PackagedScript[] {
  const { plan, scripts } = release;
  const find = (id: string) =>
    required(
      scripts.find(({ script }) => script.id === id),
      `script "${id}"`,
    );
  const variant = (id: string) => {
    const { script, text, lineMap } = find(id);
    const changed = { text: cloneVariant(script.file, text, plan.database), lineMap };
    return packaged(release, { ...script, id: rehearsalId(id) }, changed, 'clone');
  };
  const placed = new Map([...files].map(([name, text]) => [`runner/rehearsal/${name}`, text]));
  const ofPlan = [...plan.tiers.map(tierScriptId), ...onClone].map(variant);
  const looks = Object.entries(onProduction).map(([id, originalId]) => {
    const { script, ...original } = find(originalId);
    return packaged(release, { ...script, id: rehearsalId(id) }, original, 'production');
  });
  const ours = own.map(({ id, seconds, mutates, runsOn, proof }) => {
    const name = `runner/rehearsal/${id}.sql`;
    const flattened = flatten(placed, name);
    const script: Script = { id: rehearsalId(id), file: name, seconds, mutates, as: 'writer', parameters: [], proof };
    return packaged(release, script, { text: flattened.text, lineMap: renderLineMap(flattened) }, runsOn);
  });
  return [...ofPlan, ...looks, ...ours];
}

/**
 * Digests that show which text was rehearsed for which script: the plan's script id → sha256 (64 hex) of its text and
 * of its clone variant's text.
 */
export function variantDigests(release: ReleasePackage): Record<string, readonly [string, string]> {
  const { plan, scripts } = release;
  const ids = new Set([...plan.tiers.map(tierScriptId), ...onClone]);
  return Object.fromEntries(
    scripts
      .filter(({ script }) => ids.has(script.id))
      .map(({ script, text }) => {
        const changed = cloneVariant(script.file, text, plan.database);
        return [script.id, [sha256Hex(text), sha256Hex(changed)] as const];
      }),
  );
}
