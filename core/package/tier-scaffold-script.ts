import { PackageInvalid } from '../base/errors.ts';
import type { Tier } from './plan-schema.ts';
import type { NewTier } from './new-tier.ts';

/** A part of the neighbour's file, from the start of one line to the end of another. */
function between(text: string, file: string, from: string, to: string): string {
  const start = text.indexOf(`\n${from}`) + 1;
  const end = text.indexOf(`\n${to}`, start) + 1;
  if (start === 0 || end === 0) throw new PackageInvalid(`sql/${file} has no lines from "${from}" to "${to}" to copy`);
  return text.slice(start, end + (text.slice(end).indexOf('\n') + 1));
}

function announcement(): string {
  return `select set_config('one_roof.locks', 'axis_registry=share row exclusive', true) as locks,
       set_config('one_roof.planned', 'axis_registry', true) as planned \\gset
`;
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
    raise exception 'REFUSING: ${slug} axis already present (% rows), expected none; undo tier ${id} with per_tier_rollback.sql first', figures.present;
  end if;

  -- 2. write, every row with the tag; an axis that is only a candidate is looked at by nothing else
  insert into axis_registry (axis_code, axis_name, axis_family, axis_kind, value_domain, status, lifecycle_status, created_by)
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
 * The SQL of a new tier: settings, defaults, locks, guards and the proof of what was written are the neighbour's own
 * lines, the rest is a small change that works as it is.
 * @throws PackageInvalid when the neighbour does not hold the shared blocks.
 */
export function tierScript(tier: NewTier, neighbour: Tier, text: string): string {
  const part = (from: string, to: string): string => between(text, neighbour.file, from, to);
  return [
    `-- Tier ${tier.id}, ${tier.name.toLowerCase()}: ${tier.title.charAt(0).toLowerCase()}${tier.title.slice(1)}.\n`,
    part('-- <settings>', 'begin transaction'),
    announcement(),
    part('-- <locks>', '-- </stamp>'),
    work(tier),
    part('-- <written>', 'commit;'),
    `select format('${tier.slug} axes=%s', (select count(*) from axis_registry where created_by = '${tier.tag}'));\n`,
  ].join('');
}
