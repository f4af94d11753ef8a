import * as z from 'zod';

/** A tier as the report names it, whether it was reached or not. */
export const namedTierSchema = z.object({ id: z.string(), name: z.string(), title: z.string() });

/** @see namedTierSchema */
export type NamedTier = z.infer<typeof namedTierSchema>;

/** The plan's tiers by name, as the environment of a function that reports carries them. */
export function namedTiers({ tiers }: { readonly tiers: readonly NamedTier[] }): string {
  return JSON.stringify(tiers.map(({ id, name, title }) => ({ id, name, title })));
}
