import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { SignedIn } from '../../base/contracts.ts';
import { canonicalJson, namedDigest } from '../../base/digest.ts';
import { decisionKey } from '../../base/evidence-key.ts';
import { parseJson } from '../../base/json.ts';
import { visibleLines } from '../../base/visible.ts';
import { recordEvidence } from '../../evidence/evidence.ts';
import { describeForm, isCode } from '../../package/approval-code.ts';
import type { ApprovalRequest } from '../approval-request.ts';
import { hasApproved } from '../several-people.ts';
import { type Decision, MAX_WORDS, nameOf } from '../decision.ts';
import type { FoundRun, PageEnvironment } from './find-run.ts';
import { Refusal } from './http.ts';
import type { PagePorts } from './ports.ts';

const words = z.string().trim().min(1).max(MAX_WORDS);
/** Which request is meant: an answer to an earlier one, or to another package, must not count for this one. */
const meant = { answersLeft: z.int(), packageDigest: z.string() };
const postedSchema = z.discriminatedUnion('decision', [
  z.strictObject({ ...meant, decision: z.literal('approve'), apr: z.string().trim() }),
  z.strictObject({ ...meant, decision: z.literal('reject'), reason: words }),
  z.strictObject({ ...meant, decision: z.literal('ask'), question: words }),
]);

type Posted = z.output<typeof postedSchema>;

/** What became of something that was posted. */
export interface Taken {
  readonly said: string;
}

const late = 'Too late: this request was answered by somebody else, has expired, or the release has ended.';

/** @throws Refusal 400 for anything but one of the three things that can be sent. */
export function readPosted(text: string): Posted {
  const posted = postedSchema.safeParse(parseJson(text)).data;
  if (posted !== undefined) return posted;
  throw new Refusal(400, `This is not a decision: a code, or a reason of at most ${MAX_WORDS} characters, is needed.`);
}

/** The request that is open now, if it is the one that is meant. @throws Refusal 409. */
function openFor({ view: { request } }: FoundRun, posted: Posted): ApprovalRequest {
  if (request === undefined) throw new Refusal(409, `${late} Nothing was decided.`);
  const { answersLeft, packageDigest } = request.shown;
  if (answersLeft !== posted.answersLeft) {
    throw new Refusal(409, 'This request was answered meanwhile, and there is a new one: read it first.');
  }
  if (packageDigest !== posted.packageDigest) {
    throw new Refusal(409, 'Another package waits than the one that you were shown: read it first.');
  }
  return request;
}

function decisionOf(posted: Exclude<Posted, { decision: 'ask' }>, request: ApprovalRequest, who: SignedIn, now: Date) {
  const { runId, answersLeft, packageDigest } = request.shown;
  const tokenDigest = namedDigest(request.token);
  const common = { runId, answersLeft, packageDigest, who, tokenDigest, decidedAt: now.toISOString() };
  const format = 'one-roof-decision/1' as const;
  const decision: Decision =
    posted.decision === 'approve'
      ? { format, ...common, decision: posted.decision, apr: posted.apr }
      : { format, ...common, decision: posted.decision, reason: posted.reason };
  return decision;
}

/** Stores a decision, then answers with its key and digest: what the answer itself says is not believed. */
async function answer(ports: PagePorts, decision: Decision, request: ApprovalRequest): Promise<Taken> {
  const key = decisionKey(decision, randomUUID());
  const text = canonicalJson(decision);
  try {
    await ports.decisions.write(key, text);
  } catch {
    throw new Refusal(503, 'Your decision could not be stored, so it does not count: try again.');
  }
  const apr = decision.decision === 'approve' ? decision.apr : '';
  const output = { apr, packageDigest: decision.packageDigest, decisionKey: key, decisionSha256: namedDigest(text) };
  const outcome = await ports.desk.answer(request.token, output);
  if (outcome === 'too late') throw new Refusal(409, `${late} Your answer did not count.`);
  if (outcome === 'uncertain') throw new Refusal(504, 'No reply came: look below whether your answer counted.');
  return { said: 'Your answer was taken. Gate and request are read once more.' };
}

async function ask(
  environment: PageEnvironment,
  ports: PagePorts,
  who: SignedIn,
  asked: ApprovalRequest,
  text: string,
) {
  const { runId, packageDigest } = asked.shown;
  await recordEvidence(ports, { runId, step: 'question', packageDigest, facts: { question: text, who } });
  const lines = [`${nameOf(who)} asks about release ${runId}, which waits for a decision:`, '', ...text.split('\n')];
  const unchanged = ['', 'The release goes on waiting. Answer the person; the page shows no answers.'];
  await ports.notifier.notify(
    `${environment.TITLE}: a question about a release`,
    visibleLines([...lines, ...unchanged]),
  );
  return { said: 'Your question was sent to the operators. The release goes on waiting for your decision.' };
}

/**
 * Approves, rejects or asks, in the name of a person who has just signed in.
 * @throws Refusal when nothing was decided.
 */
export async function decide(
  environment: PageEnvironment,
  ports: PagePorts,
  run: FoundRun,
  { posted, who }: { readonly posted: Posted; readonly who: SignedIn },
): Promise<Taken> {
  const request = openFor(run, posted);
  if (posted.decision === 'ask') return ask(environment, ports, who, request, posted.question);
  if (posted.decision === 'approve' && hasApproved(request.shown.approvals, who)) {
    throw new Refusal(409, 'You have approved already: another person has to approve as well. No answer was used up.');
  }
  const form = ports.files.facts.approvalCode;
  if (posted.decision === 'approve' && !isCode(form, posted.apr)) {
    throw new Refusal(422, `This cannot be the code: one ${describeForm(form)}. No answer was used up.`);
  }
  return answer(ports, decisionOf(posted, request, who, ports.clock.now()), request);
}
