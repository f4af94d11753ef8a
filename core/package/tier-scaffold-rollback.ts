import { PackageInvalid } from '../base/errors.ts';
import type { NewTier } from './new-tier.ts';

interface Edit {
  /** Must match exactly once, or the file has changed its form and nothing may be guessed. */
  readonly place: RegExp;
  readonly to: (found: string) => string;
}

function edited(text: string, file: string, edits: readonly Edit[]): string {
  return edits.reduce((result, { place, to }) => {
    const count = [...result.matchAll(new RegExp(place, `${place.flags}g`))].length;
    if (count !== 1)
      throw new PackageInvalid(
        `sql/${file} has ${count} places like ${place.source}, expected one; add the tier by hand, docs/add-a-tier.md says how`,
      );
    return result.replace(place, to);
  }, text);
}

/**
 * The per-tier rollback with a branch for the tier: its number among the accepted ones, its table among the planned
 * ones, its rows among those that make it a later tier, and the delete.
 * @throws PackageInvalid when the file does not have these places.
 */
export function withBranch(text: string, file: string, { id, slug, tag }: NewTier): string {
  const branch = `    when ${id} then
      delete from axis_registry where axis_code = '${slug}' and created_by = '${tag}';
      select count(*) into remaining from axis_registry where axis_code = '${slug}';
`;
  const numbers = text.replace(/-v tier=(?=\d, )/, (found) => `${found}${id}, `);
  return edited(numbers, file, [
    {
      place: /\n {9}else '' end, true\) as planned/,
      to: (found) => `\n         when '${id}' then 'axis_registry'${found}`,
    },
    {
      place: /\n {2}\) applied where n > tier;/,
      to: (found) =>
        `\n    union all select 'tier ${id}', ${id} where exists (select from axis_registry where created_by = '${tag}')${found}`,
    },
    { place: /\n {2}case tier\n/, to: (found) => `${found}${branch}` },
  ]);
}
