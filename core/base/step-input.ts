import type * as z from 'zod';
import { eventSchema, type StepEvent } from './contracts.ts';
import { InputInvalid } from './errors.ts';

/** A step's input after parsing: the typed state and its context. */
export interface StepInput<State> {
  readonly state: State;
  readonly execution: StepEvent['execution'];
  readonly enteredAt: Date;
}

/** What is wrong with a value, by field, in one line. */
export function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`).join('; ');
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputInvalid(`The ${what} does not have the agreed shape: ${problemsOf(parsed.error)}`);
}

/**
 * Parses the event that Step Functions passes to a function.
 * @throws InputInvalid naming each field that is wrong.
 */
export function parseStep<Schema extends z.ZodType>(schema: Schema, event: unknown): StepInput<z.output<Schema>> {
  const { input, execution, state } = parse(eventSchema, event, 'event');
  return { state: parse(schema, input, 'state'), execution, enteredAt: new Date(state.EnteredTime) };
}
