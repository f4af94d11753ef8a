import type * as z from 'zod';
import { startedBy } from '../base/declared.ts';
import { soFar } from './several-people.ts';
import { checkedSchema } from '../base/contracts.ts';
import type { Environment } from '../base/environment.ts';
import { toTheMinute } from '../base/instant.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { NotifierPorts } from '../base/step-ports.ts';
import { describeRehearsal } from '../gate/rehearsal-text.ts';
import { visibleLines } from '../base/visible.ts';
import { parseStep } from '../base/step-input.ts';
import { howToDecide } from './how-to-decide.ts';

type Asks = Environment<'request-approval'>;

/** What waits, as both messages tell it. */
interface Asked {
  readonly state: z.output<typeof checkedSchema>;
  readonly executionArn: string;
  readonly by: string;
  readonly expiresAt: string;
}

/** The message that an approver receives where there is no page: plain English, the facts, and the exact commands. */
function message(environment: Asks, { state, executionArn, expiresAt }: Asked): string {
  const { gate, rehearsal, packageDigest } = state;
  return visibleLines([
    `A production release of ${environment.TITLE} is waiting for your decision.`,
    ...againLines(state),
    '',
    `Release:        ${executionArn}`,
    `Package digest: ${packageDigest}`,
    `Gate:           ${gate.status}`,
    `Expires:        ${expiresAt}`,
    ...gate.notes.map((note) => `To know:        ${note}`),
    '',
    'Rehearsal of exactly this package:',
    ...(rehearsal === undefined ? ['none'] : describeRehearsal(rehearsal)).map((line) => `  ${line}`),
    '',
    ...howToDecide(environment, executionArn),
  ]);
}

/** The message where there is an approver's page: what waits, who asked, until when. */
function shortMessage(environment: Asks, { state, executionArn, by, expiresAt }: Asked): string {
  return visibleLines([
    `A change of ${environment.TITLE} in production is waiting for your decision.`,
    ...againLines(state),
    '',
    `Asked by:  ${by}`,
    `Until:     ${toTheMinute(expiresAt)}`,
    ...state.gate.notes.map((note) => `To know:   ${note}`),
    '',
    ...howToDecide(environment, executionArn),
  ]);
}

/** Why somebody is asked again, and who has approved already. */
function againLines({ askedAgainBecause, approvals }: z.output<typeof checkedSchema>): string[] {
  return [
    ...(askedAgainBecause === undefined ? [] : [`Your last answer was not accepted: ${askedAgainBecause}`]),
    ...(approvals === undefined ? [] : [soFar(approvals)]),
  ];
}

/**
 * State *Await approval*: tells the approvers that a release is waiting. The answer arrives through the task token,
 * which only Step Functions' history holds: neither the message, nor the evidence, nor a log line carries it.
 * @throws EvidenceNotWritten, or the notifier's error.
 */
export function requestApproval(environment: Asks, ports: NotifierPorts) {
  return async (event: unknown): Promise<void> => {
    const { state, execution, enteredAt } = parseStep(checkedSchema, event);
    const expiresAt = new Date(enteredAt.getTime() + environment.APPROVAL_SECONDS * 1000).toISOString();
    const { runId, packageDigest, answersLeft, askedAgainBecause } = state;
    const facts = { expiresAt, answersLeft, ...(askedAgainBecause === undefined ? {} : { askedAgainBecause }) };
    await recordEvidence(ports, { runId, step: 'request-approval', packageDigest, facts });
    const by = startedBy(execution.Input) ?? 'somebody who did not say';
    const words = environment.PAGE_LINK === '' ? message : shortMessage;
    const told = words(environment, { state, executionArn: execution.Id, by, expiresAt });
    await ports.notifier.notify(`${environment.TITLE}: a release waits for approval`, told);
  };
}
