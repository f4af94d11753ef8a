import type * as z from 'zod';
import { InputInvalid } from './errors.ts';

/** Parses JSON text; undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses JSON from a script's proof line. @throws InputInvalid when its shape is not the one that the code expects. */
export function parseJsonFact<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text ?? ''));
  if (!parsed.success)
    throw new InputInvalid(`A script printed JSON that does not have the agreed shape: ${parsed.error.message}`);
  return parsed.data;
}
