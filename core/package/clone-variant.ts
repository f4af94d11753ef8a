import { inPackage, PackageInvalid } from '../base/errors.ts';

/** Pattern of a clone's name, anchored; the same text for JavaScript, SSM's allowedPattern and PostgreSQL. */
export function clonePattern(database: string): string {
  return `^${database}_rehearsal_[0-9]{8}T[0-9]{6}Z$`;
}

/** Name of the clone of a rehearsal that began at this instant: `<database>_rehearsal_<UTC yyyymmddThhmmssZ>`. */
export function cloneName(database: string, at: Date): string {
  const utc = at.toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  return `${database}_rehearsal_${utc}Z`;
}

/** The one form in which every self-contained file says which database it may run on (a test counts it). */
export function databaseGuard(database: string): string {
  return String.raw`select '${database}' as guarded_database \gset`;
}

/**
 * The database guard of a clone variant: the name comes from outside and counts only if it is a clone's. Any other
 * name, and production's above all, becomes a text that no database is called, so that the file's own check refuses.
 */
function cloneGuard(database: string): string {
  const named = ":'rehearsal_database'";
  return String.raw`select case when ${named} ~ '${clonePattern(database)}' then ${named} else 'any rehearsal clone' end as guarded_database \gset`;
}

/**
 * A script as it runs on a clone: its one database guard replaced, every other byte the same.
 * @throws PackageInvalid when the guard is not there exactly once, or when one would be left over.
 */
export function cloneVariant(file: string, text: string, database: string): string {
  const guard = databaseGuard(database);
  const lines = text.split('\n');
  const guards = lines.filter((line) => line === guard).length;
  const sets = text.match(/\bas\s+guarded_database\s*\\gset/g)?.length ?? 0;
  if (guards !== 1 || sets !== 1) {
    throw new PackageInvalid(
      `${inPackage(file)} holds ${guards} database guards (${sets} in any form), expected exactly 1`,
    );
  }
  return lines.map((line) => (line === guard ? cloneGuard(database) : line)).join('\n');
}
