import { rollbackOutcome } from '../../cli/execution/ending-of-history.ts';
import { stoppedEnding } from '../../core/ending/rollback-ending.ts';
import { Drive } from './drive.ts';
import type { Ended } from './ended.ts';
import type { Fault } from './injection.ts';
import { judge } from './judge.ts';
import { playTwins } from './judge-twins.ts';
import type { Stand } from './stand.ts';
import { isTwin } from './twins.ts';

/** The result of one fault. */
export interface Result {
  readonly id: string;
  readonly kind: string;
  /**
   * `released`, `rolled_back`, …; with `by hand` added when the first rollback asked for a human and the second
   * succeeded.
   */
  readonly outcome: string;
  readonly violations: readonly string[];
  readonly seconds: number;
}

/** Further checks of one drive. */
export interface Extra {
  /** True compares whole dumps. */
  readonly dumped?: boolean;
  /** True starts the next release on the state that the drive left. */
  readonly next?: boolean;
}

/** Ends the application's blocking transactions; the bystander stays. */
async function endApplications({ clients, bystander }: Drive): Promise<void> {
  const blocking = clients.filter((client) => client !== bystander);
  await Promise.all(blocking.map((client) => client.end().catch(() => undefined)));
}

/** The rollback that an operator starts, when nothing goes wrong any more. */
async function byHand(drive: Drive): Promise<Ended> {
  drive.calm = true;
  await endApplications(drive);
  drive.docker.setRunning(true);
  const { output } = await drive.rollBack();
  const { name, headline } = stoppedEnding(rollbackOutcome(output));
  return { ending: name, headline, rule: 'none' };
}

async function nextRelease(drive: Drive, ended: Ended): Promise<string[]> {
  drive.calm = true;
  drive.docker.setRunning(true);
  const began = Date.now();
  const next = await drive.run('next');
  const seconds = (Date.now() - began) / 1000;
  const wanted = ended.ending === 'released' ? 'gate_closed' : 'released';
  const problems = next.ending === wanted ? [] : [`the next release ended as ${next.ending}: ${next.headline}`];
  if (wanted === 'gate_closed' && seconds > 5) problems.push(`the next command took ${seconds} s`);
  return problems;
}

async function follow(drive: Drive, extra: Extra): Promise<{ outcome: string; violations: string[] }> {
  const first = await drive.run();
  const left = await drive.settle();
  const asked = first.ending === 'needs_a_human';
  const violations = asked && drive.fault.lasting !== true ? [`needs a human: ${first.headline}`] : [];
  const ended = asked ? await byHand(drive) : first;
  if (asked && ended.ending === 'needs_a_human') violations.push('the second rollback needs a human too');
  if (drive.fault.lasting === true) await endApplications(drive);
  violations.push(...(await judge(drive, ended, left, extra.dumped === true)));
  if (extra.next === true && violations.length === 0) violations.push(...(await nextRelease(drive, ended)));
  const missed = drive.reached ? '' : ' (not reached)';
  return { outcome: `${ended.ending}${asked ? ' by hand' : ''}${missed}`, violations };
}

/** Plays one fault and judges the result. Anything that is thrown is a violation. */
export async function play(stand: Stand, fault: Fault, extra: Extra = {}): Promise<Result> {
  const { id, kind } = fault;
  const began = Date.now();
  const drive = new Drive(stand, fault);
  const seconds = () => (Date.now() - began) / 1000;
  try {
    await drive.prepare();
    return { id, kind, ...(await (isTwin(fault) ? playTwins(drive) : follow(drive, extra))), seconds: seconds() };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { id, kind, outcome: 'error', violations: [text], seconds: seconds() };
  } finally {
    await drive.close();
  }
}
