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
 * The full rollback with the tag of the tier among those it knows as the release's own.
 * @throws PackageInvalid when the file has no list of tags.
 */
export function withTag(text: string, file: string, { tag }: NewTier): string {
  return edited(text, file, [
    { place: /set_config\('one_roof\.tags', '[^']*'/, to: (found) => `${found.slice(0, -1)} ${tag}'` },
  ]);
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
  const numbers = text
    .replace(/-v tier=(?=\d, )/, (found) => `${found}${id}, `)
    .replaceAll(/expected 2 to \d+/g, `expected 2 to ${id}`);
  return edited(numbers, file, [
    { place: /'\^\[2-\d\]\$'/, to: () => `'^[2-${id}]$'` },
    { place: /\]\)\[:'tier'::integer\]/, to: (found) => `,\n         'axis_registry'${found}` },
    {
      place: /\n {2}\) applied where n > tier;/,
      to: (found) =>
        `\n    union all select 'tier ${id}', ${id} where exists (select from axis_registry where created_by = '${tag}')${found}`,
    },
    { place: /\n {2}case tier\n/, to: (found) => `${found}${branch}` },
  ]);
}
