import type * as z from 'zod';
import { startedBy } from '../base/declared.ts';
import { soFar } from './several-people.ts';
import { checkedSchema, type Gate } from '../base/contracts.ts';
import type { Environment } from '../base/environment.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { NotifierPorts } from '../base/step-ports.ts';
import type { ShownRehearsal } from '../base/rehearsal-summary.ts';
import { describeRehearsal } from '../gate/rehearsal-text.ts';
import { visibleLines } from '../base/visible.ts';
import { parseStep } from '../base/step-input.ts';

/**
 * The message that an approver receives where there is no page: plain English, the facts, and the exact commands. It holds no link that acts
 * and no task token.
 */
function message(
  title: string,
  executionArn: string,
  digest: string,
  expiresAt: string,
  gate: Gate,
  rehearsal: ShownRehearsal | undefined,
  askedAgain: readonly string[],
): string {
  return visibleLines([
    `A production release of ${title} is waiting for your decision.`,
    ...askedAgain,
    '',
    `Release:        ${executionArn}`,
    `Package digest: ${digest}`,
    `Gate:           ${gate.status}`,
    `Expires:        ${expiresAt}`,
    ...gate.notes.map((note) => `To know:        ${note}`),
    '',
    'Rehearsal of exactly this package:',
    ...(rehearsal === undefined ? ['none'] : describeRehearsal(rehearsal)).map((line) => `  ${line}`),
    '',
    'Nothing has been changed yet. To look at it and decide:',
    `  one-roof approve --execution ${executionArn} --apr <code of the ratified request>`,
    `  one-roof reject --execution ${executionArn} --reason "<why>"`,
  ]);
}

/**
 * The message where there is an approver's page: what waits, who asked, until when, and one link, which only shows a
 * page. Scanners of mail follow every link.
 */
function shortMessage(
  title: string,
  link: string,
  expiresAt: string,
  by: string,
  { notes }: Gate,
  askedAgain: readonly string[],
): string {
  return visibleLines([
    `A change of ${title} in production is waiting for your decision.`,
    ...askedAgain,
    '',
    `Asked by:  ${by}`,
    `Until:     ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`,
    ...notes.map((note) => `To know:   ${note}`),
    '',
    'Nothing has been changed yet. Read what would happen, and say yes or no, here:',
    link,
    '',
    'You sign in there. Nobody needs your code but this page; do not send it to anybody.',
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
export function requestApproval(environment: Environment<'request-approval'>, ports: NotifierPorts) {
  return async (event: unknown): Promise<void> => {
    const { state, execution, enteredAt } = parseStep(checkedSchema, event);
    const expiresAt = new Date(enteredAt.getTime() + environment.APPROVAL_SECONDS * 1000).toISOString();
    const { runId, packageDigest, gate, answersLeft, askedAgainBecause, rehearsal } = state;
    const facts = { expiresAt, answersLeft, ...(askedAgainBecause === undefined ? {} : { askedAgainBecause }) };
    await recordEvidence(ports, { runId, step: 'request-approval', packageDigest, facts });
    const { TITLE: title, PAGE_LINK: page } = environment;
    const link = page.replace('RUN', runId);
    const told =
      link === ''
        ? message(title, execution.Id, packageDigest, expiresAt, gate, rehearsal, againLines(state))
        : shortMessage(
            title,
            link,
            expiresAt,
            startedBy(execution.Input) ?? 'somebody who did not say',
            gate,
            againLines(state),
          );
    await ports.notifier.notify(`${title}: a release waits for approval`, told);
  };
}
