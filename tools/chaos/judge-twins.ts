import { runIdOf } from '../../core/base/run-id.ts';
import type { Drive } from './drive.ts';
import type { Ended } from './ended.ts';
import { readFacts } from './facts.ts';
import { differences } from './judge.ts';

/**
 * Runs two releases at the same time and judges the result: exactly one may be released, and the other must not disturb
 * it.
 */
export async function playTwins(drive: Drive): Promise<{ outcome: string; violations: string[] }> {
  const arn = (name: string) => drive.executionArn.replace(/chaos$/, name);
  const [one, two] = await Promise.all([drive.run('chaos'), drive.run('twin')]);
  const left = await drive.settle();
  const facts = await readFacts(drive.stand.server);
  const winners: string[] = [];
  if (one.ending === 'released') winners.push(runIdOf(arn('chaos')));
  if (two.ending === 'released')
    winners.push(runIdOf(arn('twin').replace(/:OneRoof-Release:/, ':OneRoof-Release-whole:')));
  const stamps = Object.keys(facts.stamps);
  const problems: string[] = left.length > 0 ? ['processes are left in the container'] : [];
  if (winners.length === 0 && drive.fault.id.endsWith('nothing-else'))
    problems.push(`neither release was released: ${one.headline} | ${two.headline}`);
  if (winners.length > 1) problems.push('both releases say that they were released');
  const wanted = winners.map((run) => `${run} state=released`);
  if (JSON.stringify(stamps) !== JSON.stringify(wanted))
    problems.push(`stamps ${stamps.join()} expected ${wanted.join()}`);
  if (winners.length === 0 && differences(drive, drive.stand.entry, facts).length > 0)
    problems.push('nobody released, and the database is not as before');
  if (facts.backends + facts.locks > 0) problems.push('backends or locks are left');
  for (const { ending, headline } of [one, two] satisfies Ended[])
    if (ending === 'needs_a_human') problems.push(`needs a human: ${headline}`);
  return { outcome: [one.ending, two.ending].sort().join(' and '), violations: problems };
}
