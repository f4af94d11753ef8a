import type * as z from 'zod';

import { compileCondition, type Condition } from './choice-rule.ts';
import { messageOf } from '../../core/base/errors.ts';
import { DefinitionError } from './errors.ts';
import {
  machineSchema,
  stateSchemas,
  type ChoiceFields,
  type FailFields,
  type PassFields,
  type SucceedFields,
  type TaskFields,
  type WaitFields,
} from './state-schemas.ts';
import { toJson } from './json.ts';
import { checkParameters, parseResource, type TaskResource } from './task-resource.ts';

/** A Task whose Resource has been recognised. */
export type TaskState = TaskFields & { readonly resource: TaskResource };
/** A Choice with its rules compiled, in order. */
export type ChoiceState = ChoiceFields & { readonly rules: readonly { next: string; condition: Condition }[] };
/** A state that is ready to run. */
export type State = TaskState | ChoiceState | PassFields | WaitFields | SucceedFields | FailFields;

/** A definition in which every field is understood; `timeoutMs` is the machine's TimeoutSeconds. */
export interface Definition {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
  readonly timeoutMs: number | undefined;
}

function describe(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .map((issue) => {
      const where = issue.path.join('.');
      const fields = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [];
      if (fields.length > 0) return `field "${fields.join('", "')}" is not supported`;
      return where === '' ? issue.message : `field "${where}": ${issue.message}`;
    })
    .join('; ');
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new DefinitionError(describe(result.error.issues));
  return result.data;
}

function parseTask(fields: Record<string, unknown>, integrations: readonly string[]): TaskState {
  const task = parse(stateSchemas.Task, fields);
  const resource = parseResource(task.Resource, integrations);
  checkParameters(resource, toJson(fields['Parameters']));
  if (task.HeartbeatSeconds !== undefined && resource.kind !== 'token') {
    throw new DefinitionError('field "HeartbeatSeconds" is not supported without .waitForTaskToken');
  }
  return { ...task, resource };
}

function parseChoice(fields: Record<string, unknown>): ChoiceState {
  const choice = parse(stateSchemas.Choice, fields);
  const rules = choice.Choices.map(({ Next: next, ...rule }, index) => {
    try {
      return { next, condition: compileCondition(toJson(rule)) };
    } catch (error) {
      throw new DefinitionError(`field "Choices.${index}": ${messageOf(error)}`);
    }
  });
  return { ...choice, rules };
}

function parseState(fields: { Type: string }, integrations: readonly string[]): State {
  switch (fields.Type) {
    case 'Task':
      return parseTask({ ...fields }, integrations);
    case 'Choice':
      return parseChoice({ ...fields });
    case 'Pass':
      return parse(stateSchemas.Pass, fields);
    case 'Wait':
      return parse(stateSchemas.Wait, fields);
    case 'Succeed':
      return parse(stateSchemas.Succeed, fields);
    case 'Fail':
      return parse(stateSchemas.Fail, fields);
    default:
      throw new DefinitionError(`state type "${fields.Type}" is not supported`);
  }
}

function targets(state: State): readonly string[] {
  switch (state.Type) {
    case 'Choice':
      return [...state.rules.map((rule) => rule.next), ...(state.Default === undefined ? [] : [state.Default])];
    case 'Task':
      return [...state.Catch.map((item) => item.Next), ...(state.Next === undefined ? [] : [state.Next])];
    case 'Pass':
    case 'Wait':
      return state.Next === undefined ? [] : [state.Next];
    case 'Succeed':
    case 'Fail':
      return [];
  }
}

function checkTransitions(startAt: string, states: ReadonlyMap<string, State>): void {
  const reached = new Set<string>();
  const open: [string, string][] = [[startAt, 'StartAt']];
  for (let next = open.pop(); next; next = open.pop()) {
    const [name, from] = next;
    const state = states.get(name);
    if (!state) throw new DefinitionError(`${from} leads to "${name}", which does not exist`);
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...targets(state).map((target): [string, string] => [target, `state "${name}"`]));
  }
  const lost = [...states.keys()].find((name) => !reached.has(name));
  if (lost !== undefined) throw new DefinitionError(`state "${lost}" cannot be reached`);
}

/**
 * Parses a definition (the object, not the text) and refuses everything that the interpreter would ignore: unknown
 * fields, state types, resources, paths and intrinsic functions, and transitions to states that do not exist (which the
 * service refuses as well). `integrations`: see parseResource.
 * @throws DefinitionError naming machine, state and field.
 */
export function parseDefinition(machine: string, definition: unknown, integrations: readonly string[]): Definition {
  let at = `state machine "${machine}"`;
  try {
    const fields = parse(machineSchema, definition);
    const states = new Map<string, State>();
    for (const [name, state] of Object.entries(fields.States)) {
      at = `state machine "${machine}", state "${name}"`;
      states.set(name, parseState(state, integrations));
    }
    at = `state machine "${machine}"`;
    checkTransitions(fields.StartAt, states);
    const { TimeoutSeconds: timeout } = fields;
    return { startAt: fields.StartAt, states, timeoutMs: timeout === undefined ? undefined : timeout * 1000 };
  } catch (error) {
    throw new DefinitionError(`${at}: ${messageOf(error)}`);
  }
}
