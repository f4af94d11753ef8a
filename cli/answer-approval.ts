import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import * as z from 'zod';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { ApprovalRejected } from '../core/errors.ts';
import type { StepFunctionsService } from '../local/step-functions/start-step-functions.ts';
import type { Terminal } from './terminal.ts';

const requestSchema = z.object({
  Payload: z.object({
    token: z.string(),
    input: z.object({
      packageDigest: z.string(),
      answersLeft: z.int(),
      askedAgainBecause: z.string().optional(),
      gate: z.object({ status: z.string(), values: z.record(z.string(), z.unknown()) }),
    }),
  }),
});

type Request = z.output<typeof requestSchema>['Payload'];

/** Who answers, and how. */
export interface Approver {
  readonly apr?: string;
  readonly terminal: Terminal;
}

function show(terminal: Terminal, { input }: Request): void {
  const { ospa, gap, ownership } = input.gate.values;
  terminal.progress('');
  if (input.askedAgainBecause !== undefined) terminal.alert(`  Not accepted: ${input.askedAgainBecause}`);
  terminal.progress(`  To be approved: package ${input.packageDigest}`);
  terminal.progress(
    `  Gate: ${input.gate.status}, ospa=${String(ospa)} gap=${String(gap)} ownership=${String(ownership)}`,
  );
  terminal.progress(`  Answers left: ${input.answersLeft}. An empty answer rejects the release.`);
}

async function ask(terminal: Terminal, request: Request): Promise<string> {
  show(terminal, request);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question('  APR code: ')).trim();
  } finally {
    lines.close();
  }
}

async function answer(service: StepFunctionsService, request: Request, approver: Approver): Promise<void> {
  const { token, input } = request;
  const reject = (reason: string) => service.sendTaskFailure(token, ApprovalRejected.name, reason);
  const first = input.askedAgainBecause === undefined;
  const code = approver.apr !== undefined && first ? approver.apr : undefined;
  if (code === undefined && !approver.terminal.interactive) {
    reject(input.askedAgainBecause ?? 'there is no terminal to ask on, and no --apr was given');
    return;
  }
  const apr = code ?? (await ask(approver.terminal, request));
  if (apr === '') {
    reject('the approver gave no code');
    return;
  }
  const declaredBy = userInfo().username;
  service.sendTaskSuccess(token, JSON.stringify({ apr, packageDigest: input.packageDigest, declaredBy }));
}

/** Answers every request for approval as its events arrive: from `--apr`, or by asking on the terminal. */
export function createApprover(service: StepFunctionsService, approver: Approver): (event: HistoryEvent) => void {
  let waiting: Request | undefined;
  return (event) => {
    const { parameters } = event.taskScheduledEventDetails ?? {};
    if (parameters !== undefined) waiting = requestSchema.safeParse(JSON.parse(parameters)).data?.Payload;
    if (event.type !== 'TaskSubmitted' || waiting === undefined) return;
    const request = waiting;
    waiting = undefined;
    // Not from inside the event: the service must have finished telling everybody first.
    setImmediate(() => {
      answer(service, request, approver).catch(() => approver.terminal.alert('  The answer came too late.'));
    });
  };
}
