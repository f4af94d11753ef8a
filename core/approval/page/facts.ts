import * as z from 'zod';
import { namedTierSchema } from '../../base/named-tiers.ts';
import { type Review, reviewSchema } from '../../package/review.ts';
import type { ReleasePlan } from '../../package/plan-schema.ts';

/**
 * What the page knows of the package that was deployed with it, as data: too much for the environment of a function
 * (4 KB), so a file beside the function holds it.
 */
export const pageFactsSchema = z.strictObject({
  database: z.string(),
  tiers: z.array(namedTierSchema.extend({ script: z.string(), effect: z.enum(['reads', 'writes', 'seals']) })),
  /** What is created, by kind and number. */
  creates: z.strictObject({ tables: z.int(), views: z.int(), functions: z.int() }),
  /** Relations that are there before, and what becomes of their rows. */
  existing: z.array(z.strictObject({ relation: z.string(), rows: z.string() })),
  /** The script that takes everything back. */
  undo: z.string(),
  approvalCode: z.strictObject({ pattern: z.string(), maxLength: z.int(), example: z.string() }),
  /** Who declared to have read which package, when this was deployed. */
  reviews: z.array(reviewSchema),
  documentPrefix: z.string(),
  /** Script id → digest (64 hex) of its document's canonical content, as deployed. */
  documentDigests: z.record(z.string(), z.string()),
});

/** @see pageFactsSchema */
export type PageFacts = z.output<typeof pageFactsSchema>;

/** The facts of a plan and of the documents that carry it. */
export function pageFacts(
  plan: ReleasePlan,
  documentDigests: Readonly<Record<string, string>>,
  reviews: readonly Review[] = [],
): PageFacts {
  const { tables, views, functions } = plan.creates;
  const effectOf = ({ mutates, seals }: ReleasePlan['tiers'][number]) => {
    return seals ? ('seals' as const) : mutates ? ('writes' as const) : ('reads' as const);
  };
  return {
    database: plan.database,
    tiers: plan.tiers.map((tier) => {
      const { id, name, title } = tier;
      return { id, name, title, script: `tier-${id}`, effect: effectOf(tier) };
    }),
    creates: { tables: tables.length, views: views.length, functions: functions.length },
    existing: plan.existing.map(({ relation, rows }) => ({ relation, rows })),
    undo: plan.roles.undo,
    approvalCode: plan.approval.code,
    reviews: [...reviews],
    documentPrefix: `${plan.name}-`,
    documentDigests: { ...documentDigests },
  };
}
