import * as z from 'zod';

/** Schema of a value that one environment variable holds as JSON text. */
export function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** A whole number as text. */
export const wholeNumber = z
  .string()
  .regex(/^[0-9]+$/)
  .transform(Number);

/** `sha256:` and 64 hex. */
export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
