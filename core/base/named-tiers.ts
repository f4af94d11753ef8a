import * as z from 'zod';

/** A tier as the report names it, whether or not the release reached it. */
export const namedTierSchema = z.object({ id: z.string(), name: z.string(), title: z.string() });

/** @see namedTierSchema */
export type NamedTier = z.infer<typeof namedTierSchema>;

/** The part of a plan that a report shows, as variables for the environment of a function that writes one. */
export function reportedPlan({ tiers, title }: { readonly tiers: readonly NamedTier[]; readonly title: string }) {
  return { TIERS: JSON.stringify(tiers.map(({ id, name, title: what }) => ({ id, name, title: what }))), TITLE: title };
}
