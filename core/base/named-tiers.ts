import * as z from 'zod';

/** A tier as the report names it, whether or not the release reached it. */
export const namedTierSchema = z.object({ id: z.string(), name: z.string(), title: z.string() });

/** @see namedTierSchema */
export type NamedTier = z.infer<typeof namedTierSchema>;

/** The plan's tiers by name, as JSON text for the environment of a function that writes a report. */
export function namedTiers({ tiers }: { readonly tiers: readonly NamedTier[] }): string {
  return JSON.stringify(tiers.map(({ id, name, title }) => ({ id, name, title })));
}
