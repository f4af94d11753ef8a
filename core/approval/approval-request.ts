import type { HistoryEvent } from './history-event.ts';
import * as z from 'zod';
import { checkedSchema } from '../base/contracts.ts';
import { parseJsonAs } from '../base/json.ts';

const parametersSchema = z.object({ Payload: z.object({ token: z.string(), input: checkedSchema }) });

/** A release that waits for an answer, as its history says. The token goes into the answer and nowhere else. */
export interface ApprovalRequest {
  readonly token: string;
  /** The state as the approver was shown it: gate, digest, answers left, why it is asked again. */
  readonly shown: z.output<typeof checkedSchema>;
  readonly askedAt: Date;
  /** Id of the history event that asked; what follows from an answer has a higher one (times may be equal). */
  readonly eventId: number;
  /** Absent when the state machine gives the request no time limit. */
  readonly expiresAt: Date | undefined;
}

/** Events that end a request, or the execution with it. */
const closing = /^(Task(Succeeded|Failed|TimedOut)|Execution(Succeeded|Failed|Aborted|TimedOut))$/;

/** The request in a TaskScheduled event, or undefined for every other event. */
export function requestIn(event: HistoryEvent): ApprovalRequest | undefined {
  const details = event.taskScheduledEventDetails;
  const parsed = parseJsonAs(parametersSchema, details?.parameters);
  if (parsed === undefined || event.timestamp === undefined) return undefined;
  const { token, input: shown } = parsed.Payload;
  const seconds = details?.timeoutInSeconds;
  const expiresAt = seconds === undefined ? undefined : new Date(event.timestamp.getTime() + seconds * 1000);
  return { token, shown, askedAt: event.timestamp, eventId: event.id ?? 0, expiresAt };
}

/**
 * The request that waits at the end of a history. It waits from TaskSubmitted on, when the approvers have been told
 * and the evidence of that is written, until the task or the execution ends.
 */
export function openRequest(events: readonly HistoryEvent[]): ApprovalRequest | undefined {
  let asked: ApprovalRequest | undefined;
  let told = false;
  for (const event of events) {
    const request = requestIn(event);
    if (request !== undefined) [asked, told] = [request, false];
    else if (event.type === 'TaskSubmitted') told = true;
    else if (closing.test(event.type ?? '')) asked = undefined;
  }
  return told ? asked : undefined;
}
