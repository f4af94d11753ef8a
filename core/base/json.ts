import type * as z from 'zod';
import { InputInvalid } from './errors.ts';

/** Parses JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses a JSON line that a script proved. @throws InputInvalid when script and code disagree on its shape. */
export function parseJsonFact<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text ?? ''));
  if (!parsed.success) throw new InputInvalid(`A script printed JSON of another shape: ${parsed.error.message}`);
  return parsed.data;
}
