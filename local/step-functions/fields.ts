import * as z from 'zod';

import { parseTimestamp } from './choice-rule.ts';
import { messageOf } from '../../core/base/errors.ts';
import { parseExpression } from './expression.ts';
import { parsePath, parseReferencePath } from './json-path.ts';
import { compileTemplate } from './payload-template.ts';

/** A field that is parsed while loading; a value that its parser refuses becomes an issue of that field. */
function compiled<Source extends z.ZodType, Result>(source: Source, compile: (value: z.output<Source>) => Result) {
  return source.transform((value, context) => {
    try {
      return compile(value);
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) });
      return z.NEVER;
    }
  });
}

/** Seconds as the service accepts them: whole, 1 to 99,999,999. */
export const seconds = z.int().min(1).max(99_999_999);
/** A path, parsed. */
export const path = compiled(z.string(), parsePath);
/** A path or an intrinsic function, parsed. */
export const expression = compiled(z.string(), parseExpression);
/** ResultPath: absent, null, or a path into the state's own data. */
export const resultPath = compiled(z.string(), parseReferencePath).nullable().optional();
/** A payload template, compiled. */
export const template = compiled(z.json(), compileTemplate);
/** A fixed time, checked. */
export const timestamp = z
  .string()
  .refine((value) => parseTimestamp(value) !== undefined, 'not an ISO 8601 time with zone');

/** Fields that every state may have. */
export const common = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONPath').optional() };
/** Fields of every state that has input and output. */
export const filters = { InputPath: path.nullable().optional(), OutputPath: path.nullable().optional() };
/** Fields that name the next state; see leads. */
export const transition = { Next: z.string().optional(), End: z.literal(true).optional() };

/** Whether a state has exactly one of Next and End. */
export function leads(state: { Next?: string | undefined; End?: true | undefined }): boolean {
  return (state.Next === undefined) !== (state.End === undefined);
}
/** Message for a state for which leads() is false. */
export const leadsMessage = 'needs exactly one of Next and End';

const reserved = [
  'States.ALL',
  'States.TaskFailed',
  'States.Timeout',
  'States.DataLimitExceeded',
  'States.Permissions',
];
const errorNames = z
  .array(
    z.string().refine((name) => !name.startsWith('States.') || reserved.includes(name), 'not an error that is caught'),
  )
  .min(1)
  .refine((names) => names.length === 1 || !names.includes('States.ALL'), 'States.ALL must stand alone');

/** One item of Retry, with the service's defaults. */
export const retrier = z
  .strictObject({
    Comment: z.string().optional(),
    ErrorEquals: errorNames,
    IntervalSeconds: seconds.default(1),
    MaxAttempts: z.int().min(0).max(99_999_999).default(3),
    BackoffRate: z.number().min(1).default(2),
    MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
    JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
  })
  .refine(
    (item) => item.MaxDelaySeconds === undefined || item.MaxDelaySeconds > item.IntervalSeconds,
    'MaxDelaySeconds must be greater than IntervalSeconds',
  );
/** One item of Catch. */
export const catcher = z.strictObject({
  Comment: z.string().optional(),
  ErrorEquals: errorNames,
  ResultPath: resultPath,
  Next: z.string(),
});

/** Whether States.ALL, if used, comes last. The service requires it, and any item after it would never apply. */
export function allIsLast(items: readonly { ErrorEquals: readonly string[] }[]): boolean {
  return items.every((item, index) => index === items.length - 1 || !item.ErrorEquals.includes('States.ALL'));
}
/** Message for a list for which allIsLast() is false. */
export const allMessage = 'States.ALL must be in the last item';

/** One Retry item with its defaults filled in; seconds as in the definition. */
export type Retrier = z.output<typeof retrier>;
/** One Catch item. */
export type Catcher = z.output<typeof catcher>;
