import { readdirSync } from 'node:fs';
import { psqlVariables } from '../../core/package/plan.ts';
import { sequenceMove } from '../../core/ending/sequence-move.ts';
import { chainProblems } from '../../core/evidence/chain.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { dumpDatabase } from '../../local/postgres/dump.ts';
import { database, filled, released } from '../package.ts';
import type { Drive } from './drive.ts';
import type { Ended } from './ended.ts';
import { type Facts, readFacts } from './facts.ts';

/** Relations that a tier or its undo may write. */
const planned = new Set([
  ...released.plan.existing.flatMap(({ relation, rows }) => (rows === 'kept' ? [] : [relation])),
  ...released.plan.creates.tables,
]);
const objects = Number(psqlVariables(released.plan)['expected_objects']);
/** Sections of the fingerprint that contain times and therefore differ between two releases; comments were compared without. */
const timed = new Set([`rows_${filled}`, 'comments']);

/**
 * Sections that differ; a crash of the server may have moved the sequences that were in use, from where they stood or from
 * where the release had drawn them to: the undo puts none back from which somebody else may have drawn.
 */
export function differences(drive: Drive, one: Facts, two: Facts, without = new Set<string>()): string[] {
  const crashed = drive.fault.endsSessions === true;
  return Object.entries(one.fingerprint).flatMap(([name, before]) => {
    const now = two.fingerprint[name];
    const starts = [before, drive.stand.end.fingerprint[name]];
    const moved = crashed && starts.some((start) => sequenceMove(start, now) === 'as by a crash');
    return without.has(name) || before === now || moved ? [] : [name];
  });
}

/** Whether the database is the dumped one; after a crash without the positions of sequences. */
function isDump(drive: Drive, now: string): boolean {
  const comparable = (text: string) =>
    drive.fault.endsSessions === true ? text.replace(/^SELECT pg_catalog\.setval\(.*$/gm, '') : text;
  return comparable(now) === comparable(drive.stand.entryDump);
}

function* stateProblems(drive: Drive, ended: Ended, facts: Facts): Generator<string> {
  const { entry, end } = drive.stand;
  const stamps = JSON.stringify(facts.stamps);
  if (ended.ending === 'released') {
    if (stamps !== JSON.stringify({ [`${drive.runId} state=released`]: objects }))
      yield `released, but the stamps are ${stamps}`;
    if (facts.filled !== end.filled) yield `released, but ${filled} has ${facts.filled} rows`;
    if (facts.comments !== end.comments) yield 'released, but the comments are not those of an undisturbed release';
    const changed = differences(drive, end, facts, timed);
    if (changed.length > 0) yield `released, but not as an undisturbed release leaves it: ${changed.join(', ')}`;
    return;
  }
  if (stamps !== '{}') yield `${ended.ending}, but objects are there: ${stamps}`;
  const changed = differences(drive, entry, facts);
  if (changed.length > 0) yield `${ended.ending}, but not as before: ${changed.join(', ')}`;
}

async function* leftovers(drive: Drive, facts: Facts): AsyncGenerator<string> {
  if (facts.backends > 0) yield `${facts.backends} backends of ours are left`;
  if (facts.locks > 0) yield `${facts.locks} advisory locks are left`;
  const files = readdirSync(drive.docker.temporaryFolder);
  // A killed psql leaves its folder to the next command to remove; at most one folder per killed command may be left.
  if (files.length > 0 && !drive.fault.kind.includes('killed'))
    yield `files are left in the container: ${files.join(', ')}`;
  const strange = facts.written.filter((name) => !planned.has(name));
  if (strange.length > 0) yield `rows were written in ${strange.join(', ')}`;
  const entries = await createEvidenceFolder(drive.evidenceFolder).list(drive.runId);
  for (const problem of chainProblems(entries.map(({ text }) => text))) yield `evidence: ${problem}`;
  if (drive.bystander !== undefined && drive.fault.endsSessions !== true) {
    const alive = await drive.bystander.query('select 1').then(
      () => true,
      () => false,
    );
    if (!alive) yield "the application's session was ended";
  }
}

/** The promises that do not hold after a drive; empty when all hold. */
export async function judge(drive: Drive, ended: Ended, left: readonly number[], dumped: boolean): Promise<string[]> {
  const { server } = drive.stand;
  const facts = await readFacts(server);
  const problems = left.length > 0 ? [`processes are left in the container: ${left.join(', ')}`] : [];
  for await (const problem of leftovers(drive, facts)) problems.push(problem);
  if (ended.ending !== 'needs_a_human') problems.push(...stateProblems(drive, ended, facts));
  if (drive.fault.sealed === true && ended.ending !== 'released')
    problems.push(`a sealed release ended as ${ended.ending}`);
  if (ended.ending === 'released' && ended.rule !== 'none' && ended.rule !== 'already_released')
    problems.push(`released, but the rule answered ${ended.rule}`);
  if (dumped && ended.ending !== 'released' && ended.ending !== 'needs_a_human') {
    if (!isDump(drive, await dumpDatabase(server, database))) problems.push('the dump is not the entry dump');
  }
  return problems;
}
