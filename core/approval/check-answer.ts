import * as z from 'zod';
import { describeForm, isCode } from '../package/approval-code.ts';
import { createCallScript } from '../command/call-script.ts';
import { answeredSchema, answerSchema, type decidedSchema } from '../base/contracts.ts';
import { canonicalJson } from '../base/digest.ts';
import type { Environment } from '../base/environment.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { SenderPorts } from '../base/ports.ts';
import { parseJsonFact } from '../base/json.ts';
import { readGate } from '../gate/read-gate.ts';
import { parseStep, type StepInput } from '../base/step-input.ts';

type Answered = z.output<typeof answeredSchema>;
type Decided = z.output<typeof decidedSchema>;
type Verdict = Pick<Decided, 'decision' | 'reason' | 'approval'>;

const aprLineSchema = z.object({ valid: z.boolean(), reason: z.string() });

function refused(state: Answered, reason: string): Verdict {
  return { decision: state.answersLeft > 1 ? 'ask_again' : 'no_valid_apr', reason };
}

async function judge(
  environment: Environment<'check-answer'>,
  ports: SenderPorts,
  input: StepInput<Answered>,
): Promise<Verdict> {
  const { state, enteredAt } = input;
  const answer = answerSchema.safeParse(state.answer);
  if (!answer.success) {
    return refused(state, 'The answer needs the fields "apr" and "packageDigest", both as text.');
  }
  const { apr, packageDigest, declaredBy } = answer.data;
  if (packageDigest !== state.packageDigest) {
    return refused(state, `The answer approves a package other than the one shown (${state.packageDigest}).`);
  }
  const form = environment.APPROVAL_CODE;
  if (!isCode(form, apr)) {
    return refused(state, `The approval code does not have the right form: one ${describeForm(form)}.`);
  }
  const context = { runId: state.runId, enteredAt, documents: state.documents, parameters: { ratifiedApr: apr } };
  const call = createCallScript(ports, environment, context);
  const reading = await readGate(ports, environment, state.runId, enteredAt, () => call('approval'));
  if (reading.gate.status !== 'READY') {
    return { decision: 'stale', reason: `The gate has closed since it was shown: ${reading.gate.blockers}` };
  }
  if (canonicalJson(reading.documents) !== canonicalJson(state.documents)) {
    return { decision: 'stale', reason: 'The command documents have changed since the gate was shown.' };
  }
  const request = parseJsonFact(aprLineSchema, (await reading.beside)?.facts['json']);
  if (!request.valid) return refused(state, request.reason);
  const acceptedAt = ports.clock.now().toISOString();
  return {
    decision: 'approved',
    reason: '',
    approval: { apr, packageDigest, declaredBy: declaredBy ?? 'not declared', acceptedAt },
  };
}

/**
 * Checks the approver's answer: it must approve the right digest, the gate must still be ready, the documents must be
 * unchanged, and the APR must exist, be approved and be of the right type. After a wrong answer the approver is asked
 * again while answers are left; if the gate or the documents have changed, the decision is `stale`.
 * @throws EvidenceNotWritten, or as `readGate`.
 */
export function checkAnswer(environment: Environment<'check-answer'>, ports: SenderPorts) {
  return async (event: unknown): Promise<Decided> => {
    const input = parseStep(answeredSchema, event);
    const { answer: _judged, askedAgainBecause: _before, ...state } = input.state;
    const verdict = await judge(environment, ports, input);
    const { runId, packageDigest } = state;
    const entry = { runId, step: 'check-answer', packageDigest, facts: { ...verdict } };
    const evidence = await recordEvidence(ports, entry);
    return {
      ...state,
      ...verdict,
      evidence,
      answersLeft: state.answersLeft - 1,
      ...(verdict.decision === 'ask_again' ? { askedAgainBecause: verdict.reason } : {}),
    };
  };
}
