import * as z from 'zod';
import { endingStateSchema } from '../base/ending-state.ts';
import { declaredSchema } from '../base/declared.ts';
import { endings } from './ending-table.ts';
import { type EvidenceEntry, evidenceEntrySchema } from '../evidence/evidence.ts';
import { namedTierSchema } from '../base/named-tiers.ts';

/** The step names of entries that close a run, each with the base name of the report files made from it. */
const closingSteps = {
  ending: () => 'report',
  'rollback-ended': (sequence: number) => `rollback-${String(sequence).padStart(4, '0')}`,
} as const;

/** The step that closes a release, or a rollback. */
export type ClosingStep = keyof typeof closingSteps;

/** The content of a closing entry. A report is made from it and from the entries before it, and from nothing else. */
export const closingSchema = z.object({
  /** What the package is called. */
  title: z.string(),
  name: z.enum(endings),
  exitCode: z.int(),
  headline: z.string(),
  execution: z.object({ arn: z.string(), name: z.string(), startedAt: z.string() }),
  tiers: z.array(namedTierSchema),
  state: endingStateSchema,
  /** The version that rendered the report; absent in folders from before versions were named. */
  renderer: z.string().optional(),
  /** Who did what, as each caller declared; CloudTrail has the proof. */
  people: z
    .strictObject({
      started: declaredSchema.optional(),
      /** What the stop of the release says of itself. */
      stopped: z.string().optional(),
      undid: declaredSchema.optional(),
    })
    .optional(),
  /** Who signs the head of this ending; absent in entries from before there were signatures. */
  signer: z.string().optional(),
});

/** @see closingSchema */
export type Closing = z.infer<typeof closingSchema>;

/** Whether an entry closes a run. */
export function isClosingStep(step: string): step is ClosingStep {
  return Object.hasOwn(closingSteps, step);
}

/** Base name of the files of the report that this entry closes; undefined when it closes none. */
export function reportBase({ step, sequence }: Pick<EvidenceEntry, 'step' | 'sequence'>): string | undefined {
  return isClosingStep(step) ? closingSteps[step](sequence) : undefined;
}

/** The part of a `report.json` that everything else in it is made from. */
export const embeddedSchema = z.object({ evidence: z.object({ entries: z.array(evidenceEntrySchema) }) });
