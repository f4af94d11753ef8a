import { join } from 'node:path';
import { synthesizeRelease, type SynthesizedRelease } from '../../lib/house/synthesize.ts';

/** The package as it is released. */
export const packageDirectory = join(__dirname, '../../sql');

/** The node that the tests deploy for. */
export const nodeId = 'mi-0123456789abcdef0';

let cached: SynthesizedRelease | undefined;

/** The stack of the committed package, synthesized once a test file. */
export function synthesized(): SynthesizedRelease {
  cached ??= synthesizeRelease({ packageDirectory, settings: { nodeId } });
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
  ResultPath?: string;
  TimeoutSeconds?: number;
  TimestampPath?: string;
  Error?: string;
  Cause?: string;
  CausePath?: string;
  Catch?: { ErrorEquals: string[]; ResultPath?: string; Next: string }[];
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
