import { trialId } from '../../core/package/engine-scripts.ts';
import { states } from '../../core/base/names.ts';
import { existsSync } from 'node:fs';
import type { Client } from 'pg';
import { filled, locked, roles } from '../package.ts';
import type { Injection, StepMisbehaviour } from './injection.ts';
import type { Scene } from './scene.ts';

/** Runs an action when a state's function is invoked, before the function runs. */
function onEntry(state: string, act: (drive: Scene) => Promise<void>): Injection {
  return {
    lambda: async (call, run) => {
      if (call.state === state && call.attempt === 1) await act(call.drive);
      return run();
    },
  };
}

async function session(drive: Scene, sql: string, milliseconds: number, name = 'application'): Promise<void> {
  const client: Client = await drive.connect(name);
  await client.query('begin');
  await client.query(sql);
  const over = new Promise<void>((resolve) => {
    const end = () =>
      void client.query('rollback').then(
        () => resolve(),
        () => resolve(),
      );
    setTimeout(end, milliseconds).unref();
  });
  if (milliseconds <= SETTLES_MS) drive.held.push(over);
}

/**
 * Milliseconds until the result is judged. The judge looks for leftover locks, so an application must have released
 * what it held for a moment.
 */
const SETTLES_MS = 4_000;

/** pg_dump's locks: ACCESS SHARE on every table, in one long transaction. */
const dumpLocks = `do $$ declare r record; begin for r in select oid::regclass as name from pg_class where relkind = 'r'
  and relnamespace = 'public'::regnamespace loop execute format('lock table %s in access share mode', r.name); end loop; end $$`;

async function crash(drive: Scene): Promise<void> {
  const client = await drive.connect('chaos-crash');
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const [row] = rows;
  if (row !== undefined) process.kill(row.pid, 'SIGKILL');
  const until = Date.now() + 8_000;
  while (Date.now() < until) {
    try {
      const again = await drive.connect('chaos-again');
      await again.query('select 1');
      return;
    } catch {
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  }
}

async function goneFor(drive: Scene, milliseconds: number): Promise<void> {
  drive.docker.setRunning(false);
  setTimeout(() => {
    if (existsSync(drive.docker.temporaryFolder)) drive.docker.setRunning(true);
  }, milliseconds).unref();
  return Promise.resolve();
}

const psql =
  (at: 'refuse' | 'missing') =>
  (state: string): Injection => ({ splices: scriptOf(state).map((script) => ({ script, times: 1, at, text: '' })) });

/** The script of a state that a fault of psql affects; a state that sends no script is not affected. */
function scriptOf(state: string): string[] {
  const tier = /^Tier ([0-9]+) /.exec(state)?.[1];
  if (tier !== undefined) return [`tier-${tier}`];
  const own: Readonly<Record<string, string>> = {
    [states.checkGate]: roles.gate,
    [states.checkAnswer]: roles.approval,
    [states.trial]: trialId,
    [states.postChecks]: roles.outcome,
    [states.fence]: 'fence',
    [states.undo]: roles.undo,
    [states.proveBaseline]: 'fingerprint',
  };
  const found = own[state];
  return found === undefined ? [] : [found];
}

/** Faults of the database, the container and the host. */
export const worldMisbehaviours: readonly StepMisbehaviour[] = [
  {
    kind: 'application writes where a tier does for 0.6 s',
    injection: (state) => onEntry(state, (drive) => session(drive, `lock table ${filled} in row exclusive mode`, 600)),
  },
  {
    kind: 'application reads what is locked for 1.2 s',
    injection: (state) => onEntry(state, (drive) => session(drive, `select 1 from ${locked}`, 1_200)),
  },
  {
    kind: 'application locks what is locked for 4 s',
    injection: (state) =>
      onEntry(state, (drive) => session(drive, `lock table ${locked} in share row exclusive mode`, 4_000)),
    lasting: true,
  },
  {
    kind: 'application locks everything for ever',
    lasting: true,
    injection: (state) =>
      onEntry(state, (drive) => session(drive, `lock table ${locked}, ${filled} in share row exclusive mode`, 30_000)),
  },
  {
    kind: 'pg_dump runs for 1.5 s',
    injection: (state) => onEntry(state, (drive) => session(drive, dumpLocks, 1_500, 'pg_dump')),
  },
  {
    kind: 'release lock held by somebody for 0.8 s',
    injection: (state) =>
      onEntry(state, (drive) => session(drive, 'select pg_advisory_xact_lock(20260603)', 800, 'psql')),
  },
  { kind: 'server restarts', injection: (state) => onEntry(state, crash), endsSessions: true },
  { kind: 'connection refused once', injection: psql('refuse') },
  { kind: 'psql is missing once', injection: psql('missing') },
  { kind: 'container gone for 0.5 s', injection: (state) => onEntry(state, (drive) => goneFor(drive, 500)) },
  {
    kind: 'container gone for 6 s',
    lasting: true,
    injection: (state) => onEntry(state, (drive) => goneFor(drive, 6_000)),
  },
];
