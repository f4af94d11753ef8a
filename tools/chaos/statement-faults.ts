import { trialId } from '../../core/package/engine-scripts.ts';
import type { ReleasePlan, Script } from '../../core/package/plan-schema.ts';
import { tierScriptId } from '../../core/package/plan.ts';
import { states, tierStateName } from '../../core/base/names.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import { filled, locked } from '../package.ts';
import type { Fault, Injection, Splice } from './injection.ts';
import { killFunction } from './invoke.ts';
import { statementCount } from './psql-proxy.ts';
import type { Scene } from './scene.ts';

/** A fault of a session at one statement. */
interface StatementFault {
  readonly kind: string;
  readonly text: string;
  readonly then?: (drive: Scene, state: string) => Promise<void> | void;
  readonly endsSessions?: boolean;
}

/** A long pause, which only the end of the session ends. */
const hang = 'select pg_sleep(20);';

async function cancelOpen(drive: Scene): Promise<void> {
  const { channel } = drive.services;
  const nodeId = 'mi-00000000000000000';
  for (const { commandId, status } of await channel.find('one-roof/', new Date(drive.startedAt)))
    if (status === 'InProgress') await channel.cancel(commandId, nodeId);
}

/** Lets the application read a table that the undo has to lock, and commit a second later. */
async function reader(drive: Scene): Promise<void> {
  const client = await drive.connect('application-reader');
  await client.query(`begin; select count(*) from ${locked}, ${filled};`);
  setTimeout(() => void client.query('commit').catch(() => undefined), 1_000).unref();
}

/** Faults of any session. */
const anywhere: readonly StatementFault[] = [
  { kind: 'statement error', text: "do $chaos$ begin raise exception 'chaos'; end $chaos$;" },
  { kind: 'statement cancelled', text: 'select pg_cancel_backend(pg_backend_pid());\nselect pg_sleep(1);' },
  { kind: 'backend terminated', text: 'select pg_terminate_backend(pg_backend_pid());' },
  { kind: 'psql killed', text: '\\! kill -9 $PPID' },
  { kind: 'client killed, script goes on', text: "\\! '@FOLDER@/kill-client'" },
  { kind: 'command cancelled, script goes on', text: '', then: cancelOpen },
  { kind: 'function dies, script goes on', text: '', then: (drive, state) => killFunction(drive, state) },
];

/** Faults that are only useful in forward scripts. */
const forward: readonly StatementFault[] = [
  { kind: 'statement time-out', text: "set statement_timeout = '20ms';\nselect pg_sleep(2);" },
  { kind: 'client killed, script hangs', text: `\\! '@FOLDER@/kill-client'\n${hang}` },
  {
    kind: 'release stopped, script goes on',
    text: '',
    then: (drive) => drive.services.stepFunctions.stopExecution(drive.executionArn, 'Stopped', 'chaos'),
  },
  { kind: 'application reads what is locked', text: '', then: reader },
  {
    kind: 'server crashes',
    text: 'select pg_backend_pid() as chaos \\gset\n\\setenv CHAOS :chaos\n\\! kill -9 $CHAOS',
    endsSessions: true,
  },
];

/** The place at which a fault strikes. */
interface Place {
  readonly script: string;
  readonly state: string;
  readonly start: string;
  readonly at: number;
}

function fault(place: Place, given: StatementFault, turn: number, base?: Injection): Fault {
  const { script, state, start, at } = place;
  const { kind, text, then, endsSessions } = given;
  const splice: Splice = {
    script,
    times: 1,
    at,
    text,
    ...(then === undefined ? {} : { then: (drive) => then(drive, state) }),
  };
  return {
    id: `${script}/${at}/${kind.replaceAll(/[ ,]+/g, '-')}`,
    kind,
    start,
    turn,
    injection: { ...base, splices: [splice] },
    ...(endsSessions === undefined ? {} : { endsSessions }),
  };
}

function count(released: ReleasePackage, id: string): number {
  const text = released.scripts.find(({ script }) => script.id === id)?.text ?? '';
  return statementCount({ prelude: released.prelude, text });
}

/** Every statement of every forward script × every fault of a session, including the place after the last statement. */
export function forwardFaults(released: ReleasePackage): Fault[] {
  const tiers = released.plan.tiers.map((tier): [string, string] => [tierScriptId(tier), tierStateName(tier)]);
  return [[trialId, states.trial] as const, ...tiers].flatMap(([script, state]) => {
    return Array.from({ length: count(released, script) + 1 }, (_, at) =>
      [...anywhere, ...forward].map((given, index) => fault({ script, state, start: state, at }, given, at + index)),
    ).flat();
  });
}

/** Makes a release fail in the middle, so that ROLLBACK has three tiers to undo. */
export const failing: Injection = {
  command: ({ comment }) => (comment.endsWith('/tier-4') ? { send: 'access-denied' } : undefined),
};

/** The scripts of ROLLBACK, by the state that sends them. */
export const wayBack = ({ roles }: ReleasePlan): readonly (readonly [script: Script['id'], state: string])[] => [
  ['fence', states.fence],
  [roles.undo, states.undo],
  ['fingerprint', states.proveBaseline],
  [roles.probe, states.proveBaseline],
  [roles.gate, states.proveBaseline],
];

/** Every statement of ROLLBACK's scripts × every fault of a session, once: the step is tried again. */
export function backwardFaults(released: ReleasePackage): Fault[] {
  const start = released.plan.tiers.filter(({ id }) => id === '4').map(tierStateName)[0] ?? '';
  return wayBack(released.plan).flatMap(([script, state]) =>
    Array.from({ length: count(released, script) + 1 }, (_, at) =>
      anywhere.map((given, index) => fault({ script, state, start, at }, given, at + index, failing)),
    ).flat(),
  );
}
