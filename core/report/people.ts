import * as z from 'zod';
import { decidedSchema } from '../base/contracts.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { scriptIdOf } from '../base/run-id.ts';
import type { Report } from './build.ts';

const answerFacts = decidedSchema
  .pick({ decision: true, reason: true, approval: true, verified: true })
  .extend({ given: z.object({ apr: z.string(), declaredBy: z.string() }).partial().optional() });

/** An answer as *Check answer* judged it. */
export interface JudgedAnswer {
  readonly at: string;
  readonly verdict: string;
  /** The code that was given; empty when there was none. */
  readonly code: string;
  readonly by: string;
  /** Whether the approver's page vouches for the name; else it is what the caller said. */
  readonly signedIn: boolean;
  readonly reason: string;
}

const verdicts: Readonly<Record<z.output<typeof answerFacts>['decision'], string>> = {
  approved: 'approved',
  ask_again: 'not accepted, asked again',
  no_valid_apr: 'not accepted, no answers left',
  stale: 'too late: things had changed',
  rejected: 'rejected',
};

/** The answer that an entry is about; undefined for any other entry. */
export function judgedAnswer({ step, at, facts }: EvidenceEntry): JudgedAnswer | undefined {
  const answer = step === 'check-answer' ? answerFacts.safeParse(facts).data : undefined;
  if (answer === undefined) return undefined;
  const { decision, reason, approval, verified, given } = answer;
  const name = verified === undefined ? (approval?.declaredBy ?? given?.declaredBy) : verified.email;
  return {
    at,
    verdict: verdicts[decision],
    code: approval?.apr ?? given?.apr ?? '',
    by: name ?? 'nobody said',
    signedIn: verified !== undefined,
    reason,
  };
}

/** Every answer that was given, right or wrong, with its code and the name of who gave it. */
export function judgedAnswers({ evidence }: Report): JudgedAnswer[] {
  return evidence.entries.flatMap((entry) => judgedAnswer(entry) ?? []);
}

/** A command that was sent, beside the entry that names it. */
export interface SentRow {
  readonly step: string;
  readonly script: string;
  readonly commandId: string;
  readonly document: string;
  readonly sha256: string;
}

/** Every command of the run, in the order of the entries. */
export function sentCommands({ evidence }: Report): SentRow[] {
  return evidence.entries.flatMap(({ step, commands = [] }) =>
    commands.map(({ comment, commandId, document, documentVersion, sha256 }) => ({
      step,
      script: scriptIdOf(comment),
      commandId,
      document: `${document}:${documentVersion}`,
      sha256,
    })),
  );
}

/** Who did what besides answering, in words that stand before the name. */
export function peopleRows({ people }: Report): [string, string][] {
  const rows: [string, string | undefined][] = [
    ['Started by, as declared', people.started],
    ['Stopped, as declared', people.stopped],
    ['Undone by, as declared', people.undid],
  ];
  return rows.flatMap(([what, name]): [string, string][] => (name === undefined ? [] : [[what, name]]));
}
