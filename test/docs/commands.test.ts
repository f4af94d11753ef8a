import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { commandsOf, documents, project } from './documents.ts';
import { type Need, ruleFor } from './rules.ts';

const apr = 'APR-BOOT-AUTHMODEL-1';
const folder = mkdtempSync(join(tmpdir(), 'one-roof-docs-'));
const home = join(folder, 'home');
const checkout = join(folder, 'checkout');
/** How long the test waits for a state of the release before it fails, in milliseconds. */
const WAIT_MS = 180_000;

let server: PostgresServer;
let local: ChildProcess | undefined;
let localSaid = '';
let environment: Record<string, string>;

/** Copies the checkout, so that commands of the documents write into the copy; node_modules is a link to this one. */
function checkOut(to: string): void {
  const left = new Set(['node_modules', '.git', 'cdk.out', 'test']);
  cpSync(project, to, { recursive: true, filter: (from) => !left.has(from.slice(project.length + 1)) });
  symlinkSync(join(project, 'node_modules'), join(to, 'node_modules'));
}

function writeProgram(file: string, ...lines: string[]): void {
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
}

/** Writes stand-ins for npx (npm's own would look for another checkout), docker and ssh; the commands find them on PATH. */
function writePrograms(bin: string): void {
  mkdirSync(bin, { recursive: true });
  const own = 'exec node "$CHECKOUT/bin/one-roof.mjs" "$@"';
  writeProgram(join(bin, 'npx'), '[ "$1" = one-roof ] || exit 127', 'shift', own);
  const inside = `exec env -i PATH="${server.bin}:/usr/bin:/bin" PGHOST="$PGHOST" PGPORT="$PGPORT" "$@"`;
  const container = '[ "$1" = exec ] || exit 125; shift; [ "$1" != -i ] || shift; [ "$1" = postgres ] || exit 1; shift';
  writeProgram(join(bin, 'docker'), container, inside);
  writeProgram(join(bin, 'ssh'), '[ "$1" = contabo ] || exit 255; shift', 'exec sh -c "$*"');
}

interface Said {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(command: string, directory = checkout): ChildProcess {
  const env = { ...environment, CHECKOUT: directory };
  return spawn('bash', ['-c', command], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

function run(command: string, directory = checkout): Promise<Said> {
  const child = start(command, directory);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  return new Promise((resolve) => child.on('close', (exit) => resolve({ exit, ...said })));
}

async function oneRoof(parameters: string): Promise<Said> {
  return run(`npx one-roof ${parameters}`);
}

interface Status {
  status: string;
  runId: string;
  executionArn?: string;
  waits?: object;
  ending?: { name: string };
}

async function status(named = ''): Promise<Status | undefined> {
  const { exit, stdout } = await oneRoof(`status ${named} --local --json`);
  return exit === 0 ? (JSON.parse(stdout) as Status) : undefined;
}

async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  for (const deadline = Date.now() + WAIT_MS; Date.now() < deadline;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited in vain for ${what}; the local runtime said:\n${localSaid}`);
}

const settled = (named?: string) =>
  until('the release to wait or to end', async () => {
    const now = await status(named);
    return now?.waits !== undefined || now?.ending !== undefined ? now : undefined;
  });

async function must(parameters: string): Promise<string> {
  const { exit, stdout, stderr } = await oneRoof(parameters);
  if (exit !== 0) throw new Error(`one-roof ${parameters}: exit code ${exit}\n${stderr}`);
  return stdout.trim();
}

/** Run id of the release that is sealed; while it stands, the gate is closed for the next one. */
let sealed: string | undefined;

function remember({ ending, runId }: Status): void {
  if (ending?.name === 'released') sealed = runId;
}

async function toWaiting(): Promise<void> {
  if ((await status()) !== undefined) {
    const now = await settled();
    remember(now);
    if (now.waits !== undefined) return;
  }
  if (sealed !== undefined) await must(`rollback --local --yes --undo-released ${sealed}`);
  sealed = undefined;
  expect(await settled(await must('start --local'))).toHaveProperty('waits');
}

async function toReleased(): Promise<void> {
  if ((await status())?.ending?.name !== 'released') {
    await toWaiting();
    await must(`approve --local --yes --apr ${apr}`);
    await until('the end', async () => ((await status())?.ending?.name === 'released' ? true : undefined));
  }
  remember(await settled());
  const { runId } = await settled();
  const runs = join(home, '.local/state/one-roof/runs');
  const report = join(runs, runId, 'report.json');
  const { evidence } = JSON.parse(readFileSync(report, 'utf8')) as { evidence: { head: string } };
  Object.assign(environment, { RUN: runId, HEAD: evidence.head, PUBLIC_KEY: join(runs, 'signing-key.pub') });
}

const fresh = () => copyDatabase(server, { from: 'fixture', to: 'directus' });

async function byHand(files: string): Promise<void> {
  await fresh();
  const psql = `psql -q -v ON_ERROR_STOP=1 -v ratified_apr=${apr} -f`;
  const { exit, stderr } = await run(`cd sql/prod && for file in ${files}; do ${psql} $file || exit; done`);
  expect([exit, stderr]).toEqual([0, '']);
}

const prepare: Record<Need, () => Promise<unknown>> = {
  waiting: toWaiting,
  released: toReleased,
  fresh,
  'released by hand': () => byHand('99_run_all.sql'),
  'tiers by hand': () => byHand('[0-6]0_*.sql'),
};

beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server, { database: 'fixture' });
  await fresh();
  checkOut(checkout);
  const bin = join(folder, 'bin');
  writePrograms(bin);
  mkdirSync(home);
  environment = {
    PATH: `${bin}:${server.bin}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    NO_COLOR: '1',
    DATABASE_URL: server.url('directus'),
    PGHOST: server.socketDirectory,
    PGPORT: String(server.port),
    PGUSER: 'workflow_admin',
    PGDATABASE: 'directus',
  };
  // The runbook starts this command in another terminal.
  local = start('npx one-roof local');
  for (const stream of [local.stdout, local.stderr]) stream?.on('data', (text) => (localSaid += String(text)));
  const announced = join(home, '.local/state/one-roof/runtimes');
  await until('the local runtime', () => {
    const files = run(`ls ${announced}`);
    return files.then(({ stdout }) => (stdout.trim() === '' ? undefined : stdout));
  });
});

afterAll(async () => {
  const ended = new Promise((resolve) => local?.on('close', resolve));
  if (local?.pid !== undefined) process.kill(-local.pid, 'SIGINT');
  await ended;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const runnable = documents.flatMap((document) =>
  commandsOf(document).flatMap(({ command }) => {
    const treatment = ruleFor(command)?.[1];
    return treatment !== undefined && 'exit' in treatment ? [{ document, command, ...treatment }] : [];
  }),
);

describe.each([...new Set(runnable.map(({ document }) => document))])('%s', (document) => {
  const own = join(folder, basename(document, '.md'));
  // Adding a tier changes the package, so this document gets a checkout of its own: the other documents release the package.
  const changesPackage = document === 'docs/add-a-tier.md';
  beforeAll(() => {
    if (changesPackage) checkOut(own);
  });

  const commands = runnable.filter((one) => one.document === document);
  test.each(commands)('$command', async ({ command, exit, needs, prints, append = '' }) => {
    if (needs !== undefined) await prepare[needs]();
    const said = await run(`${command}${append}`, changesPackage ? own : checkout);
    expect({ exit: said.exit, ...(said.exit === exit ? {} : said) }).toEqual({ exit });
    if (prints !== undefined) expect(said.stdout).toMatch(prints);
  });
});

test('what the documents leave behind lies outside the checkout', () => {
  expect(readdirSync(checkout).sort()).toEqual(
    // what a reader was told to make by name
    [...readdirSync(project), 'F.sql', 'library'].filter((name) => !['.git', 'cdk.out', 'test'].includes(name)).sort(),
  );
});
