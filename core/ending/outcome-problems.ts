import * as z from 'zod';
import { parseJsonFact } from '../base/json.ts';

const metricsSchema = z.array(
  z.object({
    metric: z.string(),
    value: z.union([z.string(), z.number()]),
    expected: z.union([z.string(), z.number()]),
  }),
);

/** One line for each value that an outsider does not read back as expected. */
export function outcomeProblems(json: string | undefined): string[] {
  return parseJsonFact(metricsSchema, json)
    .filter(({ value, expected }) => String(value) !== String(expected))
    .map(({ metric, value, expected }) => `${metric} is ${value}, expected ${expected}`);
}
