import * as z from 'zod';

import {
  allIsLast,
  allMessage,
  catcher,
  common,
  expression,
  filters,
  leads,
  leadsMessage,
  path,
  resultPath,
  retrier,
  seconds,
  template,
  timestamp,
  transition,
} from './fields.ts';

const task = z
  .strictObject({
    Type: z.literal('Task'),
    ...common,
    ...filters,
    ...transition,
    Resource: z.string(),
    Parameters: template.optional(),
    ResultSelector: template.optional(),
    ResultPath: resultPath,
    Retry: z.array(retrier).refine(allIsLast, allMessage).default([]),
    Catch: z.array(catcher).refine(allIsLast, allMessage).default([]),
    TimeoutSeconds: seconds.optional(),
    HeartbeatSeconds: seconds.optional(),
  })
  .refine(leads, leadsMessage)
  .refine(
    ({ HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout }) =>
      heartbeat === undefined || timeout === undefined || heartbeat < timeout,
    'HeartbeatSeconds must be smaller than TimeoutSeconds',
  );

const pass = z
  .strictObject({
    Type: z.literal('Pass'),
    ...common,
    ...filters,
    ...transition,
    Parameters: template.optional(),
    Result: z.json().optional(),
    ResultPath: resultPath,
  })
  .refine(leads, leadsMessage);

const wait = z
  .strictObject({
    Type: z.literal('Wait'),
    ...common,
    ...filters,
    ...transition,
    Seconds: z.int().min(0).max(99_999_999).optional(),
    SecondsPath: path.optional(),
    Timestamp: timestamp.optional(),
    TimestampPath: path.optional(),
  })
  .refine(leads, leadsMessage)
  .refine(
    (state) =>
      [state.Seconds, state.SecondsPath, state.Timestamp, state.TimestampPath].filter((given) => given !== undefined)
        .length === 1,
    'needs exactly one of Seconds, SecondsPath, Timestamp and TimestampPath',
  );

const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...filters,
  Choices: z.array(z.looseObject({ Next: z.string() })).min(1),
  Default: z.string().optional(),
});

const succeed = z.strictObject({ Type: z.literal('Succeed'), ...common, ...filters });

const fail = z
  .strictObject({
    Type: z.literal('Fail'),
    ...common,
    Error: z.string().optional(),
    ErrorPath: expression.optional(),
    Cause: z.string().optional(),
    CausePath: expression.optional(),
  })
  .refine((state) => state.Error === undefined || state.ErrorPath === undefined, 'has both Error and ErrorPath')
  .refine((state) => state.Cause === undefined || state.CausePath === undefined, 'has both Cause and CausePath');

/**
 * The state types that are supported, each with exactly the fields that are honoured; strict, so that any other field
 * is an issue.
 */
export const stateSchemas = { Task: task, Pass: pass, Wait: wait, Choice: choice, Succeed: succeed, Fail: fail };

/** The machine itself. Its states are parsed one by one, so that an issue can name the state. */
export const machineSchema = z.strictObject({
  Comment: z.string().optional(),
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  StartAt: z.string(),
  TimeoutSeconds: seconds.optional(),
  States: z.record(z.string().min(1).max(80), z.looseObject({ Type: z.string() })),
});

/** Fields of a Wait state. */
export type WaitFields = z.output<typeof wait>;
/** Fields of a Pass state. */
export type PassFields = z.output<typeof pass>;
/** Fields of a Task state, before its Resource is recognised. */
export type TaskFields = z.output<typeof task>;
/** Fields of a Choice state, before its rules are compiled. */
export type ChoiceFields = z.output<typeof choice>;
/** Fields of a Succeed state. */
export type SucceedFields = z.output<typeof succeed>;
/** Fields of a Fail state. */
export type FailFields = z.output<typeof fail>;
