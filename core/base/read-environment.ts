import type * as z from 'zod';
import { SettingMissing } from './errors.ts';

/**
 * Parses one handler's environment. This is the only place that reads `process.env`.
 * @throws SettingMissing naming every variable that is absent or malformed (never its value).
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SettingMissing(
    `This function cannot start, so it sent nothing: ${problems.join('; ')}. Deploy the stack again.`,
  );
}
