import * as z from 'zod';

const measured = z.int().nullable();

/** The gate script's JSON line; its own eight conditions are decided in SQL, never here. Null: not measurable. */
export const gateLineSchema = z.object({
  status: z.enum(['READY', 'BLOCKED']),
  blockers: z.string(),
  database: z.string(),
  ospa: measured,
  gap: measured,
  ownership: measured,
  conflict: measured,
  emit: measured,
  axis: z.string(),
  prereqs: z.string(),
  /** The database's clock at the end of the script, milliseconds since 1970. */
  clock: z.number(),
  active_event_types: measured,
  label_orphans: measured,
  missing_prereqs: z.array(z.string()).nullable(),
  present_objects: z.array(z.string()).nullable(),
  /** Which number moved and by what; empty when none did. */
  explanation: z.string(),
});

/** @see gateLineSchema */
export type GateLine = z.output<typeof gateLineSchema>;

/** What the seed's own blockers mean here, in words. */
export function explanationsOf(line: GateLine): string[] {
  const { explanation, missing_prereqs: missing, present_objects: present } = line;
  return [
    ...(line.status === 'READY' || explanation === '' ? [] : [explanation]),
    ...(missing === null || missing.length === 0 ? [] : [`Missing base views: ${missing.join(', ')}.`]),
    ...(present === null || present.length === 0
      ? []
      : [`Release objects, or strangers of the same name, are present: ${present.join(', ')}.`]),
  ];
}
