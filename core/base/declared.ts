import * as z from 'zod';
import { visibleLine } from './visible.ts';

/** Who somebody says they are: declared by the caller of a command and proven by nobody but CloudTrail. */
export const declaredSchema = z.string().max(200);

const startInput = z.looseObject({ requestedBy: declaredSchema });

/** Who started an execution, as its input says; undefined where it does not say. */
export function startedBy(input: unknown): string | undefined {
  const name = startInput.safeParse(input).data?.requestedBy;
  return name === undefined ? undefined : visibleLine(name);
}
