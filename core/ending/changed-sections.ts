import * as z from 'zod';
import { parseJsonFact } from '../base/json.ts';
import { sequenceMove } from './sequence-move.ts';

const sectionsSchema = z.record(z.string(), z.string());
/** No section, but the version of the server that took the fingerprint, such as `16.13`. */
export const server = 'server';
/** What a fingerprint says beside its sections: it is not compared, but tells what a difference means. */
const remarks = new Set([server, 'snapshot', 'inserted', 'ours', 'others']);

/** Whether a part of a fingerprint is compared. */
export const isSection = (name: string): boolean => !remarks.has(name);

/** The names of the fingerprint's sections that differ between entry and now. */
export function changedSections(entry: string, now: string | undefined): string[] {
  return changed(sectionsOf(entry), sectionsOf(now));
}

function changed(before: Sections, after: Sections): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => isSection(name) && before[name] !== after[name]).sort();
}

/** Digest by section; sequences in clear. */
export type Sections = z.output<typeof sectionsSchema>;

/** The sections of a fingerprint by its JSON. @throws InputInvalid when it is none. */
export function sectionsOf(json: string | undefined): Sections {
  return parseJsonFact(sectionsSchema, json);
}

/** What differs after a rollback, by whose doing. */
export interface Changes {
  /** What the release touched and is not as it was, and what is still there of it: the rollback is not complete. */
  readonly ours: readonly string[];
  /** What others did meanwhile, in words. */
  readonly others: readonly string[];
  /** The sections that differ because of it. */
  readonly excused: readonly string[];
}

const lines = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split('\n'));

/**
 * What others did to a section; undefined where that is not proven, so that the difference counts as ours. What the release
 * changes itself, rows and definitions, is others' only if its own undo has put its part back.
 */
function byOthers(name: string, before: Sections, now: Sections, putBack: boolean): string | undefined {
  const relation = name.slice(name.indexOf('_') + 1);
  if (name.startsWith('sequence_')) {
    const move = sequenceMove(before[name], now[name]);
    return move === undefined ? undefined : `sequence of ${relation} moved on ${move}`;
  }
  if (name.startsWith('rows_')) {
    // Each tier proves that it only adds rows here, and the undo that it removes those.
    const onlyAdded = now['inserted']?.split(' ').includes(relation) === true;
    return onlyAdded || (putBack && now['others'] !== undefined) ? `rows of ${relation}` : undefined;
  }
  if (now['others'] === undefined) return undefined;
  if (!name.startsWith('relation_')) return '';
  return putBack ? `definition of ${relation}` : undefined;
}

/**
 * Tells what the release left from what others changed meanwhile. What the release touches is compared object by object;
 * a section of the catalogue that differs beyond that is somebody else's, once nothing that carries the run's stamp is
 * left: that release and undo leave nothing else behind is what the trial has proven. It takes a fingerprint that knows
 * the entry's snapshot; without it every difference counts as ours. `putBack`: that the undo of this run was kept, which
 * sets each row back that it finds as the release left it, and refuses any other; or that no tier ever was.
 */
export function judgeChanges(entry: string, now: string | undefined, putBack: boolean): Changes {
  const [before, after] = [sectionsOf(entry), sectionsOf(now)];
  const judged = changed(before, after).map((name) => ({ name, by: byOthers(name, before, after, putBack) }));
  const excused = judged.flatMap(({ name, by }) => (by === undefined ? [] : [name]));
  const objects = lines(after['others']);
  const unnamed = objects.length === 0 && judged.some(({ by }) => by === '') ? ['something that is gone now'] : [];
  return {
    ours: [...judged.flatMap(({ name, by }) => (by === undefined ? [name] : [])), ...lines(after['ours'])],
    others: [...judged.flatMap(({ by }) => (by === undefined || by === '' ? [] : [by])), ...objects, ...unnamed],
    excused,
  };
}

/**
 * Says that two fingerprints are of different major versions of PostgreSQL, which print some sections differently;
 * empty when they are not, or when one of them does not name its server.
 */
export function serverUpgrade({ [server]: before = '' }: Sections, { [server]: after = '' }: Sections): string {
  if (before === '' || after === '' || Number.parseInt(before) === Number.parseInt(after)) return '';
  return (
    `The server was PostgreSQL ${before} then and is ${after} now: major versions print some sections differently, ` +
    'so these prove nothing; compare with a dump of before, restored on the new version.'
  );
}
