import { isArray, isObject, type Json, type JsonObject } from '../../local/step-functions/json.ts';

function* targets(value: Json | undefined): Generator<string> {
  if (isArray(value)) for (const item of value) yield* targets(item);
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if ((name === 'Next' || name === 'Default') && typeof member === 'string') yield member;
    else if (name === 'Choices' || name === 'Catch') yield* targets(member);
  }
}

/**
 * The same machine with another first state. States that cannot be reached from there are removed, because a definition
 * may not contain them.
 */
export function beginAt(definition: JsonObject, start: string): JsonObject {
  const states = definition['States'];
  if (!isObject(states)) throw new Error('a definition has States');
  const reached = new Set([start]);
  for (const name of reached) for (const target of targets(states[name])) reached.add(target);
  const kept = Object.entries(states).filter(([name]) => reached.has(name));
  return { ...definition, StartAt: start, States: Object.fromEntries(kept) };
}
