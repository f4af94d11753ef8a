import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileCondition } from '../../local/step-functions/choice-rule.ts';
import { cachedRelease } from '../../local/driver/cached-release.ts';
import type { SynthesizedRelease } from '../../lib/house/synthesized.ts';

/** A JSON value, as the interpreter of this machine knows it. */
export type Json = Parameters<typeof compileCondition>[0];

/** The package as it is released. */
export const packageDirectory = join(__dirname, '../../sql');

/** The node that the tests deploy for. */
export const nodeId = 'mi-0123456789abcdef0';

let cached: SynthesizedRelease | undefined;

/** The stack of the committed package, synthesized once a test file. */
export function synthesized(): SynthesizedRelease {
  cached ??= cachedRelease({ packageDirectory, settings: { nodeId } });
  return cached;
}

/** A state of a definition, as far as the tests look at it. */
export interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Resource?: string;
  Comment?: string;
  Parameters?: Record<string, unknown>;
  ResultPath?: string | null;
  TimeoutSeconds?: number;
  TimestampPath?: string;
  Error?: string;
  Cause?: string;
  CausePath?: string;
  Catch?: { ErrorEquals: string[]; ResultPath?: string | null; Next: string }[];
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number; IntervalSeconds?: number }[];
  Choices?: (Rule & { Next: string })[];
}

/** A rule of a Choice state. */
export interface Rule {
  And?: Rule[];
  Or?: Rule[];
  Not?: Rule;
  Variable?: string;
  [operator: string]: unknown;
}

/** A state machine's definition. */
interface Definition {
  StartAt: string;
  Comment: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

/** How a reference looks in a definition of the tests: by what it refers to, without the hash of a version. */
type Mark = (logicalId: string, attribute?: string) => string;

/** A definition as text, each reference replaced by its mark. */
export function definitionText(
  release: SynthesizedRelease,
  machine: keyof SynthesizedRelease['machines'],
  mark: Mark,
): string {
  const properties = release.template.Resources[release.machines[machine]]?.Properties;
  const { DefinitionString } = properties as { DefinitionString: { 'Fn::Join': [string, unknown[]] } };
  const parts = DefinitionString['Fn::Join'][1].map((part) => {
    if (typeof part === 'string') return part;
    const { Ref, 'Fn::GetAtt': getAtt } = part as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
    const [logicalId, attribute] = getAtt ?? [Ref ?? '?'];
    return mark(logicalId, attribute);
  });
  return parts.join('');
}

/** A mark that is stable from one deployment to the next. */
function stableMark(release: SynthesizedRelease): Mark {
  return (logicalId, attribute) => {
    const owner = release.functions.find(({ versionLogicalIds }) => versionLogicalIds.includes(logicalId));
    return `<${owner === undefined ? [logicalId, attribute].filter(Boolean).join('.') : `${owner.name} version`}>`;
  };
}

/** A definition with stable marks for references. */
export function definitionOf(machine: keyof SynthesizedRelease['machines'], release = synthesized()): Definition {
  return JSON.parse(definitionText(release, machine, stableMark(release))) as Definition;
}

/** Every state that a state can lead to. */
function successors(state: State): string[] {
  return [
    ...(state.Next === undefined ? [] : [state.Next]),
    ...(state.Default === undefined ? [] : [state.Default]),
    ...(state.Catch ?? []).map(({ Next }) => Next),
    ...(state.Choices ?? []).map(({ Next }) => Next),
  ];
}

/** Every way through a definition without loops, from one state to an end. */
export function pathsFrom(definition: Definition, start: string): string[][] {
  const next = [...new Set(successors(definition.States[start] as State))];
  return next.length === 0
    ? [[start]]
    : next.flatMap((name) => pathsFrom(definition, name).map((path) => [start, ...path]));
}

/** Names of the errors that a definition catches or retries. */
export function handledErrors({ States }: Definition): string[] {
  const rules = Object.values(States).flatMap(({ Catch = [], Retry = [] }) => [...Catch, ...Retry]);
  return [...new Set(rules.flatMap(({ ErrorEquals }) => ErrorEquals))];
}

/** All TypeScript that runs inside the functions, as one text. */
export function productSource(): string {
  const root = join(__dirname, '../..');
  return ['core', 'aws', 'lambdas']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

/** Where a Choice state goes on with an input. */
export function answerOf({ Choices = [], Default }: State, input: Json): string | undefined {
  const found = Choices.find(({ Next: _, ...rule }) => compileCondition(rule as Json)({ input, context: {} }));
  return found?.Next ?? Default;
}

/** Names of the states that can be reached from one. */
export function reachableFrom(definition: Definition, start: string): Set<string> {
  const found = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...successors(definition.States[name] as State));
  }
  return found;
}
