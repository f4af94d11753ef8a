import * as z from 'zod';
import { describeForm, isCode } from '../package/approval-code.ts';
import { createCallScript } from '../command/call-script.ts';
import { answeredSchema, answerSchema, decisionClaimSchema, type decidedSchema } from '../base/contracts.ts';
import { declaredSchema } from '../base/declared.ts';
import { canonicalJson } from '../base/digest.ts';
import { visibleLine } from '../base/visible.ts';
import type { Environment } from '../base/environment.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { AnswerPorts } from '../base/step-ports.ts';
import { parseJsonFact } from '../base/json.ts';
import { counted, namesOf, soFar, whyNotCounted } from './several-people.ts';
import { isKeyOf, type Judged, judgeDecision, nameOf } from './decision.ts';
import { readGate } from '../gate/read-gate.ts';
import { parseStep, type StepInput } from '../base/step-input.ts';

type Answered = z.output<typeof answeredSchema>;
type Decided = z.output<typeof decidedSchema>;
type Verdict = Pick<Decided, 'decision' | 'reason' | 'approval' | 'approvals' | 'verified'>;
type Answer = z.output<typeof answerSchema>;

/** The two things that an answer may say of itself; each may be missing, or be something else. */
const givenSchema = z.looseObject({
  apr: z.string().optional().catch(undefined),
  declaredBy: declaredSchema.optional().catch(undefined),
});
const aprLineSchema = z.object({ valid: z.boolean(), reason: z.string() });

/** An answer that does not count. It is the last one where too few are left for all who still have to approve. */
function refused({ answersLeft, approvals }: Answered, reason: string): Verdict {
  const missing = approvals === undefined ? 1 : approvals.people - approvals.by.length;
  return { decision: answersLeft > missing ? 'ask_again' : 'no_valid_apr', reason };
}

/** The decision that an answer names, read and compared; undefined when the answer names none. */
async function readDecision(ports: AnswerPorts, state: Answered): Promise<Judged | undefined> {
  const claim = decisionClaimSchema.safeParse(state.answer).data;
  if (claim === undefined) return undefined;
  const { runId, answersLeft, packageDigest } = state;
  const claimed = { runId, answersLeft, packageDigest, ...claim };
  return judgeDecision(claimed, isKeyOf(claimed) ? await ports.decisions.read(claim.decisionKey) : undefined);
}

/** Judges an approval: its digest and form here, its gate, documents and APR in the database. */
async function judgeApproval(
  environment: Environment<'check-answer'>,
  ports: AnswerPorts,
  { state, enteredAt }: StepInput<Answered>,
  { apr, packageDigest, declaredBy }: Answer,
): Promise<Verdict> {
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

/** Judges what the page decided, and what the answer says beside it: both have to be the same. */
async function judgeVerified(
  environment: Environment<'check-answer'>,
  ports: AnswerPorts,
  input: StepInput<Answered>,
  { decision, verified }: Exclude<Judged, { readonly problem: string }>,
): Promise<Verdict> {
  if (decision.decision === 'reject') return { decision: 'rejected', reason: decision.reason, verified };
  const said = answerSchema.safeParse(input.state.answer).data;
  if (said?.apr !== decision.apr || said.packageDigest !== decision.packageDigest) {
    return refused(input.state, 'The answer says something other than the decision that it names.');
  }
  const { apr, packageDigest } = decision;
  const { approvals } = input.state;
  const why = whyNotCounted(approvals, verified, apr);
  if (why !== undefined) return { ...refused(input.state, why), verified };
  const answer = { apr, packageDigest, declaredBy: nameOf(decision.who) };
  const verdict = { ...(await judgeApproval(environment, ports, input, answer)), verified };
  const { approval } = verdict;
  if (approval === undefined || environment.APPROVAL_PEOPLE === 1) return verdict;
  const now = counted(approvals, environment.APPROVAL_PEOPLE, { verified, approval });
  if (now.by.length < now.people) return { decision: 'ask_again', reason: soFar(now), verified, approvals: now };
  return { ...verdict, approvals: now, approval: { ...approval, declaredBy: namesOf(now) } };
}

async function judge(
  environment: Environment<'check-answer'>,
  ports: AnswerPorts,
  input: StepInput<Answered>,
): Promise<Verdict> {
  const { state } = input;
  const named = await readDecision(ports, state);
  if (named?.problem !== undefined) return refused(state, named.problem);
  if (named !== undefined) return judgeVerified(environment, ports, input, named);
  if (environment.REQUIRE_VERIFIED_APPROVAL === 'true') {
    return refused(
      state,
      'Here an answer counts only if it is given on the approver’s page, by a person who signed in.',
    );
  }
  if (environment.APPROVAL_PEOPLE > 1) {
    return refused(
      state,
      `Here ${environment.APPROVAL_PEOPLE} different people have to approve, which only the approver’s page can prove: an answer by any other way does not count.`,
    );
  }
  const answer = answerSchema.safeParse(state.answer);
  if (!answer.success) {
    return refused(state, 'The answer needs the fields "apr" and "packageDigest", both as text.');
  }
  return judgeApproval(environment, ports, input, answer.data);
}

/**
 * The code and the name of an answer that was not accepted, for the evidence. A text that has not the form of a code may be
 * anything, a password too, so only its length is kept.
 */
function givenIn({ APPROVAL_CODE: form }: Environment<'check-answer'>, answer: unknown): Record<string, string> {
  const { apr, declaredBy } = givenSchema.safeParse(answer).data ?? {};
  const code = apr === undefined || isCode(form, apr) ? apr : `${apr.length} characters that are no code`;
  return {
    ...(code === undefined ? {} : { apr: code }),
    ...(declaredBy === undefined ? {} : { declaredBy: visibleLine(declaredBy) }),
  };
}

/**
 * Checks the approver's answer: it must approve the right digest, the gate must still be ready, the documents must be
 * unchanged, and the APR must exist, be approved and be of the right type. Where several people have to approve, each
 * approval is counted once, and the next person is asked. After a wrong answer the approver is asked
 * again while answers are left; if the gate or the documents have changed, the decision is `stale`. What the approver's
 * page decided is read from the object that it stored, and recorded as verified.
 * @throws EvidenceNotWritten, or as `readGate`.
 */
export function checkAnswer(environment: Environment<'check-answer'>, ports: AnswerPorts) {
  return async (event: unknown): Promise<Decided> => {
    const input = parseStep(answeredSchema, event);
    const { answer, askedAgainBecause: _before, ...state } = input.state;
    const verdict = await judge(environment, ports, input);
    const { runId, packageDigest } = state;
    const given = verdict.decision === 'approved' ? {} : { given: givenIn(environment, answer) };
    const entry = { runId, step: 'check-answer', packageDigest, facts: { ...verdict, ...given } };
    const evidence = await recordEvidence(ports, entry);
    return {
      ...state,
      ...verdict,
      evidence,
      answersLeft: state.answersLeft - 1,
      ...(verdict.decision === 'ask_again' && verdict.approvals === undefined
        ? { askedAgainBecause: verdict.reason }
        : {}),
    };
  };
}
