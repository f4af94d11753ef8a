import type { DocumentPins } from '../base/contracts.ts';
import { scriptName, type ScriptSetting } from '../base/environment.ts';
import { SettingMissing } from '../base/errors.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { runScript, type ScriptResult } from './run-script.ts';

/** The settings of a function that sends scripts. */
export interface SenderSettings {
  readonly NODE_ID: string;
  readonly START_BY_SECONDS: number;
  readonly SCRIPTS: readonly ScriptSetting[];
}

/** What all scripts sent by one state have in common. */
export interface CallContext {
  readonly runId: string;
  /**
   * When Step Functions entered the state. The start-by allowance counts from here, so that no function can extend it.
   */
  readonly enteredAt: Date;
  readonly documents: DocumentPins;
  /** Values of the parameters that the scripts declare, for example `ratifiedApr`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Sends one script by its name (a role, or the id of a script that plays none) and returns its proven facts. */
export type CallScript = (name: string) => Promise<ScriptResult>;

function settingOf(settings: SenderSettings, name: string): ScriptSetting {
  const found = settings.SCRIPTS.find((script) => scriptName(script) === name);
  if (found === undefined)
    throw new SettingMissing(`This function's settings lack the script "${name}", so it was not sent`);
  return found;
}

/** Refuses a parameter that no script of the function declares, because it would be dropped silently. */
function assertDeclared(settings: SenderSettings, parameters: Readonly<Record<string, string>>): void {
  const declared = new Set(settings.SCRIPTS.flatMap((script) => script.parameters));
  const lost = Object.keys(parameters).filter((name) => !declared.has(name));
  if (lost.length > 0) throw new SettingMissing(`No script of this function declares the parameter ${lost.join(', ')}`);
}

/**
 * Binds the ports, the function's settings and the run, so that a step reads as the list of scripts it sends.
 * @throws SettingMissing for a script, a pin or a parameter that the function does not have; otherwise as `runScript`.
 */
export function createCallScript(ports: SenderPorts, settings: SenderSettings, context: CallContext): CallScript {
  assertDeclared(settings, context.parameters ?? {});
  return async (name) => {
    const script = settingOf(settings, name);
    const pin = context.documents[script.id];
    if (pin === undefined)
      throw new SettingMissing(`No document version is pinned for "${script.id}", so it was not sent`);
    const parameters = Object.fromEntries(
      script.parameters.flatMap((name) => {
        const value = context.parameters?.[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    return runScript(ports, { nodeId: settings.NODE_ID, startBySeconds: settings.START_BY_SECONDS }, script, {
      runId: context.runId,
      enteredAt: context.enteredAt,
      documentVersion: pin.version,
      documentHash: pin.hash,
      parameters,
    });
  };
}

/**
 * Sends several independent read-only scripts at the same time and returns the facts of each by its name. All promises
 * are awaited before the function returns, even when one of them is rejected. A script that is not `needed` may fail;
 * its facts are then absent.
 * @throws the error of the first needed script that failed, in the order given.
 */
export async function callAll(
  call: CallScript,
  names: readonly string[],
  needed: readonly string[] = names,
): Promise<Record<string, ScriptResult['facts']>> {
  const settled = await Promise.allSettled(names.map(async (name) => [name, (await call(name)).facts] as const));
  return Object.fromEntries(
    settled.flatMap((each, index) => {
      if (each.status === 'fulfilled') return [each.value];
      if (needed.includes(names[index] ?? '')) throw each.reason;
      return [];
    }),
  );
}
