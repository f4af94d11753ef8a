import { PackageInvalid } from '../base/errors.ts';
import type { Tier } from './plan-schema.ts';
import type { NewTier } from './new-tier.ts';

/** The lines of the neighbour that include a file: those before its own statements, then those behind them. */
function includes(text: string, file: string): { opening: string; closing: string } {
  const [opening = '', ...others] = text.match(/^(?:\\ir .*\n)+/gm) ?? [];
  const closing = others.at(-1);
  if (closing === undefined) throw new PackageInvalid(`sql/${file} has no \\ir lines that open and close it, to copy`);
  return { opening, closing };
}

function work({ id, slug, name, tag }: NewTier): string {
  return `do $tier$
declare
  tag text := '${tag}';
  figures record;
begin
  -- 1. refuse what must not be there yet
  select (select count(*) from axis_registry where axis_code = '${slug}' or created_by = tag) as present into figures;
  if figures.present > 0 then
    raise exception 'REFUSING: ${slug} axis already present (% rows), expected none; '
      'undo tier ${id} with per_tier_rollback.sql first', figures.present;
  end if;

  -- 2. write, every row with the tag; an axis that is only a candidate is looked at by nothing else
  insert into axis_registry (axis_code, axis_name, axis_family, axis_kind, value_domain, status, lifecycle_status,
    created_by)
  values ('${slug}', '${name}', 'system', 'system', 'axis_value', 'candidate', 'register', tag);

  -- 3. read the result, and refuse anything but what was meant
  select (select count(*) from axis_registry where axis_code = '${slug}' and created_by = tag) as axes into figures;
  if figures.axes <> 1 then
    raise exception 'REFUSING: tier ${id} made axes=%, expected 1', figures.axes;
  end if;
end $tier$;
`;
}

/**
 * The SQL of a new tier: what opens, guards and closes it is included as its neighbour does, the rest is a small change
 * that works as it is.
 * @throws PackageInvalid when the neighbour includes nothing.
 */
export function tierScript(tier: NewTier, neighbour: Tier, text: string): string {
  const { opening, closing } = includes(text, neighbour.file);
  return [
    `-- Tier ${tier.id}, ${tier.name.toLowerCase()}: ${tier.title.charAt(0).toLowerCase()}${tier.title.slice(1)}.\n`,
    `\\set writes 'axis_registry'\n\\set locks :writes\n`,
    opening,
    work(tier),
    closing,
    `select format('${tier.slug} axes=%s', (select count(*) from axis_registry where created_by = '${tier.tag}'));\n`,
  ].join('');
}
