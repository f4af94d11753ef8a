import { userInfo } from 'node:os';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { ApprovalRejected } from '../../core/base/errors.ts';
import type { StepFunctionsService } from '../../local/step-functions/start-step-functions.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { gateRows } from '../../core/gate/gate-rows.ts';
import { type ApprovalRequest, requestIn } from '../../core/approval/approval-request.ts';
import { askLine } from '../screen/ask-line.ts';
import type { Terminal } from '../screen/terminal.ts';

/** Who answers, and how. */
export interface Approver {
  readonly apr?: string;
  readonly terminal: Terminal;
}

function show(terminal: Terminal, { shown }: ApprovalRequest): void {
  terminal.progress('');
  if (shown.askedAgainBecause !== undefined) terminal.alert(visibleLine(`  Not accepted: ${shown.askedAgainBecause}`));
  terminal.progress(`  To be approved: package ${shown.packageDigest}`);
  const figures = gateRows(shown.gate).map(({ name, measured }) => `${name}=${measured}`);
  terminal.progress(visibleLine(`  Gate: ${shown.gate.status}, ${figures.join(' ')}`));
  for (const note of shown.gate.notes) terminal.progress(visibleLine(`  To know: ${note}`));
  terminal.progress(`  Answers left: ${shown.answersLeft}. An empty answer rejects the release.`);
}

/** Undefined when nothing waits any more. Ctrl-C stops the release, as it does whenever no question is open. */
function ask(terminal: Terminal, request: ApprovalRequest, open: AbortSignal): Promise<string | undefined> {
  show(terminal, request);
  const onInterrupt = () => void process.kill(process.pid, 'SIGINT');
  return askLine('  APR code: ', { until: open, onInterrupt });
}

async function answer(
  service: StepFunctionsService,
  request: ApprovalRequest,
  approver: Approver,
  open: AbortSignal,
): Promise<void> {
  const { token, shown } = request;
  const reject = (reason: string) => service.sendTaskFailure(token, ApprovalRejected.name, reason);
  const first = shown.askedAgainBecause === undefined;
  const code = approver.apr !== undefined && first ? approver.apr : undefined;
  if (code === undefined && !approver.terminal.interactive) {
    reject(`${shown.askedAgainBecause ?? 'no APR was given'} (there is no terminal to ask again on)`);
    return;
  }
  const apr = code ?? (await ask(approver.terminal, request, open));
  if (apr === undefined) return;
  if (apr === '') {
    reject('the approver gave no code');
    return;
  }
  const declaredBy = userInfo().username;
  service.sendTaskSuccess(token, JSON.stringify({ apr, packageDigest: shown.packageDigest, declaredBy }));
}

/** Answers every request for approval as its events arrive: from `--apr`, or by asking on the terminal. */
export function createApprover(service: StepFunctionsService, approver: Approver): (event: HistoryEvent) => void {
  let waiting: ApprovalRequest | undefined;
  let open = new AbortController();
  return (event) => {
    // Whatever follows a request ends it: the answer, its expiry, a stop.
    open.abort();
    waiting = requestIn(event) ?? waiting;
    if (event.type !== 'TaskSubmitted' || waiting === undefined) return;
    const request = waiting;
    waiting = undefined;
    open = new AbortController();
    const { signal } = open;
    // Not from inside the event: the service has to notify all of its listeners first.
    setImmediate(() => {
      answer(service, request, approver, signal).catch(() => approver.terminal.alert('  The answer came too late.'));
    });
  };
}
