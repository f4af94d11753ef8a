import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A database from the field, and how a release on it ends. */
export interface FieldCase {
  readonly file: string;
  readonly exitCode: number;
  /** What a person must be told; may be empty. */
  readonly text: string;
  /** SQL that makes the database out of the fixture. */
  readonly prepare: string;
  /** SQL that somebody runs in the middle of the release, which then fails; undefined where nobody does. */
  readonly meanwhile: string | undefined;
}

/** On what a case is played: a release of this package, a rehearsal, another server or package, or the linter alone. */
type Kind = '' | 'rehearse' | 'german' | 'orders' | 'check';

const folder = join(__dirname, 'cases');

/**
 * The files of `cases` of one kind. The first line says what must happen: `-- expect EXIT [text] [(kind)]`; what follows a
 * line `-- meanwhile` is run by somebody else while the release is at work.
 */
export function fieldCases(kind: Kind): FieldCase[] {
  return readdirSync(folder).flatMap((file): FieldCase[] => {
    const sql = readFileSync(join(folder, file), 'utf8');
    const said = /^-- expect (?<exit>\d+)(?: (?<text>[^(\n]+?))?(?: \((?<kind>\w+)\))?\n/.exec(sql)?.groups;
    if (said === undefined) throw new Error(`${file} does not say how it ends`);
    const [prepare = '', meanwhile] = sql.split('\n-- meanwhile\n');
    const found = { file, exitCode: Number(said['exit']), text: said['text'] ?? '', prepare, meanwhile };
    return (said['kind'] ?? '') === kind ? [found] : [];
  });
}
