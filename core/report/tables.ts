import * as z from 'zod';
import type { EndingState } from '../contracts.ts';
import type { Report } from './build.ts';

const metricRows = z.array(
  z.object({
    metric: z.string(),
    value: z.union([z.string(), z.number()]),
    expected: z.union([z.string(), z.number()]),
  }),
);
const probeSchema = z.record(z.string(), z.unknown());

function parsed<Schema extends z.ZodType>(schema: Schema, json: string | undefined): z.output<Schema> | undefined {
  if (json === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** The runbook's Tier-8 table as an outsider read it back: metric, value, expected. */
export function endStateRows({ postChecks }: EndingState): [string, string, string][] {
  const rows = parsed(metricRows, postChecks?.facts['outcome-reread']?.['json']) ?? [];
  return rows.map(({ metric, value, expected }) => [metric, String(value), String(expected)]);
}

/** Nested counters as one flat list: `in_scope.gap`. */
function flatten(probe: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(probe).flatMap(([name, value]): [string, string][] => {
    const inner = probeSchema.safeParse(value);
    if (inner.success && value !== null && !Array.isArray(value)) return flatten(inner.data, `${prefix}${name}.`);
    return [[`${prefix}${name}`, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

/** Every counter of the baseline probe with its value at entry, mid (before the seal) and exit. */
export function baselineDifferences(report: Report): [string, string, string, string][] {
  const { tiers, postChecks } = report.state;
  const probes = [
    tiers?.at(0)?.before['baseline-probe']?.['json'],
    tiers?.at(-1)?.before['baseline-probe']?.['json'],
    postChecks?.facts['baseline-probe']?.['json'],
  ].map((json) => new Map(flatten(parsed(probeSchema, json) ?? {})));
  const names = [...new Set(probes.flatMap((probe) => [...probe.keys()]))];
  const at = (index: number, name: string) => probes[index]?.get(name) ?? '';
  return names.map((name) => [name, at(0, name), at(1, name), at(2, name)]);
}
