import * as z from 'zod';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { causeMessage } from '../core/ending.ts';
import type { Terminal } from './terminal.ts';

const gateShape = z.looseObject({
  gate: z.looseObject({ status: z.string(), blockers: z.string(), values: z.record(z.string(), z.unknown()) }),
});
const tiersShape = z.looseObject({ tiers: z.array(z.looseObject({ facts: z.record(z.string(), z.string()) })) });
const decisionShape = z.looseObject({ decision: z.string(), reason: z.string() });
const outcomeShape = z.looseObject({ outcome: z.string() });
const undoShape = z.looseObject({ undo: z.record(z.string(), z.string()) });
const problemsShape = z.looseObject({ postChecks: z.looseObject({ problems: z.array(z.string()) }) });

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is worth saying of a state that has ended, from its output: facts, never SQL output. */
function summary(stateName: string, output: unknown): string {
  if (stateName === 'Check gate') {
    const gate = gateShape.safeParse(output).data?.gate;
    return gate === undefined
      ? ''
      : `${gate.status} ${gate.blockers} ospa=${String(gate.values['ospa'])} gap=${String(gate.values['gap'])}`;
  }
  if (stateName.startsWith('Tier ')) {
    const facts = tiersShape.safeParse(output).data?.tiers.at(-1)?.facts ?? {};
    return Object.entries(facts)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
  }
  if (stateName === 'Check answer') {
    const decision = decisionShape.safeParse(output).data;
    return decision === undefined ? '' : `${decision.decision.replaceAll('_', ' ')} ${decision.reason}`;
  }
  if (stateName === 'Post checks') {
    const problems = problemsShape.safeParse(output).data?.postChecks.problems;
    return problems === undefined ? '' : problems.length === 0 ? 'as expected' : problems.join('; ');
  }
  if (stateName === 'Undo') {
    const undo = undoShape.safeParse(output).data?.undo;
    return undo === undefined ? '' : `outcome=${undo['outcome'] ?? ''}`;
  }
  return outcomeShape.safeParse(output).data?.outcome.replaceAll('_', ' ') ?? '';
}

const quiet = new Set([
  'Gate ready?',
  'Approved?',
  'How did it end?',
  'Anything to undo?',
  'What was undone?',
  'Already released?',
]);

/** Prints one line a state as it ends, and one a failure, in the order in which they happen. */
export function createProgress(terminal: Terminal): (event: HistoryEvent) => void {
  const enteredAt = new Map<string, number>();
  let failed = false;
  const { colour } = terminal;
  const line = (mark: string, name: string, text: string, seconds: string) =>
    terminal.progress(
      `  ${mark} ${name.padEnd(26)} ${text.trim()}${seconds === '' ? '' : colour.dim(`  ${seconds}`)}`.trimEnd(),
    );

  return (event) => {
    const entered = event.stateEnteredEventDetails?.name;
    const now = event.timestamp?.getTime() ?? 0;
    if (entered !== undefined) {
      failed = false;
      enteredAt.set(entered, now);
      if (entered === 'Roll back') terminal.progress(colour.yellow('  Something failed: rolling back.'));
      if (entered === 'Await approval') line(colour.cyan('…'), entered, 'waits for the answer', '');
    }
    const failure =
      event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failure !== undefined) {
      failed = true;
      line(colour.red('✗'), failure.error ?? 'failed', causeMessage(failure.cause), '');
    }
    const left = event.stateExitedEventDetails;
    if (left?.name === undefined || quiet.has(left.name) || failed) return;
    const seconds = ((now - (enteredAt.get(left.name) ?? now)) / 1000).toFixed(2);
    line(colour.green('✓'), left.name, summary(left.name, parse(left.output)), `${seconds} s`);
  };
}
