import type * as z from 'zod';
import { InputInvalid } from './errors.ts';

/** Parses JSON text; undefined when there is no text or the text is not JSON. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses JSON text of an expected shape; undefined when there is no text, or it is not JSON or has another shape. */
export function parseJsonAs<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.output<Schema> | undefined {
  return schema.safeParse(parseJson(text)).data;
}

/** Parses JSON from a script's proof line. @throws InputInvalid when its shape is not the one that the code expects. */
export function parseJsonFact<Schema extends z.ZodType>(schema: Schema, text: string | undefined): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new InputInvalid(`A script printed JSON that does not have the agreed shape: ${parsed.error.message}`);
  return parsed.data;
}
