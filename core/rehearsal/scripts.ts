import { cloneVariant } from '../package/clone-variant.ts';
import { sha256Hex } from '../base/digest.ts';
import { inPackage, PackageInvalid } from '../base/errors.ts';
import { flatten } from '../package/flatten.ts';
import { renderLineMap } from '../package/line-map.ts';
import type { PackagedScript, ReleasePackage, ScriptDatabase } from '../package/package.ts';
import type { Script } from '../package/plan-schema.ts';
import { planSqlFile, renderPlanSql } from '../package/plan-sql.ts';
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

/** Scripts, besides the tiers, that run on the clone as variants: by their role, or the id of the engine's own. */
const onClone = ['fingerprint', 'contract', 'outcome', 'undo'];

/**
 * Scripts that read production, unchanged, before and after the rehearsal: name in the rehearsal → name in the release.
 */
const onProduction = { 'production-fingerprint': 'fingerprint', 'production-probe': 'probe' } as const;

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
    id: 'record',
    seconds: READ_SECONDS,
    mutates: true,
    runsOn: 'clone',
    proof: '^rehearsal_record relations=(?<relations>[0-9]+)$',
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

/** A script of the rehearsal: its id begins like that of every other one, and `role` is what the steps call it by. */
function packaged(
  release: ReleasePackage,
  role: string,
  { script, text, lineMap }: Pick<PackagedScript, 'script' | 'text' | 'lineMap'>,
  runsOn: ScriptDatabase,
): PackagedScript {
  const sent = { ...script, id: rehearsalId(script.id) };
  return { script: sent, text, sha256: sha256Hex(release.prelude + text), lineMap, role, runsOn };
}

/** What the engine calls a script of the release by. */
function nameOf({ role, script }: PackagedScript): string {
  return role ?? script.id;
}

/**
 * The package's script that makes the clone ready. It writes, and it is no tier that guards itself, so it has to begin
 * with the engine's own refusal of every database that is no clone.
 * @throws PackageInvalid when it does not.
 */
function preparation({ prepare }: ReleasePackage, file: (name: string) => string): PackagedScript {
  if (prepare.text.includes(file('settings.sql') + file('here.sql'))) return prepare;
  throw new PackageInvalid(
    `${inPackage(prepare.script.file)} does not include runner/rehearsal/settings.sql and then here.sql; begin it with them, as it could write to production without them`,
  );
}

/**
 * Everything that a rehearsal sends: the clone variant of each tier and of the scripts around the tiers, the two
 * read-only scripts for production unchanged, the package's preparation of the clone, and the rehearsal's own scripts.
 * `files` are the engine's, those of runner/, by their path below it.
 * @throws PackageInvalid when a guard is not where it must be, or a file is missing.
 */
export function rehearsalScripts(release: ReleasePackage, files: ReadonlyMap<string, string>): PackagedScript[] {
  const { plan, scripts } = release;
  const find = (name: string) =>
    required(
      scripts.find((script) => nameOf(script) === name),
      `script "${name}"`,
    );
  const variant = (name: string) => {
    const { script, text, lineMap } = find(name);
    const changed = { script, text: cloneVariant(script.file, text, plan.database), lineMap };
    return packaged(release, name, changed, 'clone');
  };
  const file = (name: string) => required(files.get(`rehearsal/${name}`), `runner/rehearsal/${name}`);
  const placed = new Map([...files].map(([name, text]) => [`runner/${name}`, text])).set(
    planSqlFile,
    renderPlanSql(plan),
  );
  const ofPlan = [...plan.tiers.map(tierScriptId), ...onClone].map(variant);
  const looks = Object.entries(onProduction).map(([name, originalName]) => {
    const { script, ...original } = find(originalName);
    return packaged(release, name, { ...original, script: { ...script, id: name } }, 'production');
  });
  const ours = own.map(({ id, seconds, mutates, runsOn, proof }) => {
    const name = `runner/rehearsal/${id}.sql`;
    const flattened = flatten(placed, name);
    const script: Script = { id, file: name, seconds, mutates, as: 'writer', parameters: [], proof };
    return packaged(release, id, { script, text: flattened.text, lineMap: renderLineMap(flattened) }, runsOn);
  });
  return [...ofPlan, ...looks, packaged(release, 'prepare', preparation(release, file), 'clone'), ...ours];
}

/**
 * Digests that show which text was rehearsed for which script: the plan's script id → sha256 (64 hex) of its text and
 * of its clone variant's text.
 */
export function variantDigests(release: ReleasePackage): Record<string, readonly [string, string]> {
  const { plan, scripts } = release;
  const names = new Set([...plan.tiers.map(tierScriptId), ...onClone]);
  return Object.fromEntries(
    scripts
      .filter((script) => names.has(nameOf(script)))
      .map(({ script, text }) => {
        const changed = cloneVariant(script.file, text, plan.database);
        return [script.id, [sha256Hex(text), sha256Hex(changed)] as const];
      }),
  );
}
