import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scriptDigest } from '../../../core/command/document.ts';
import type { wrapperExits } from '../../../core/command/wrapper-output.ts';
import { parseWrapperOutput } from '../../../core/command/wrapper-output.ts';
import { createDockerShim, type DockerShim } from '../../../local/docker/shim.ts';
import { prelude, render, runId, type TestScript } from '../../local/ssm/stage.ts';

const inside = readFileSync(join(__dirname, '../../../sql/runner/inside.sh'), 'utf8');
const meaningfulToTheAgent = [137, 168, 169, 194];
/** The programs that the wrapper demands in the container, by its own text. */
const demanded = /for program in ([a-z0-9 ]+); do/.exec(inside)?.[1]?.split(' ') ?? [];
const sqlText = "select 'done 1';\n";

let folder: string;
let docker: DockerShim;
let parameters: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
  mkdirSync(join(folder, 'bin'));
  docker = createDockerShim({ container: 'postgres', psqlFolder: join(folder, 'bin'), host: folder, port: 1 });
  parameters = {
    SSM_runId: runId,
    SSM_startBy: '2026-06-03T10:15:00.000Z',
    SSM_sha256: scriptDigest(prelude, sqlText),
  };
});

afterEach(async () => {
  await docker.stop();
  rmSync(folder, { recursive: true });
});

/** A program under a psql's name, so that every way to end can be had. */
function program(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

/** Writes the script the wrapper is and runs it as the agent does. */
function runWrapper(given: Partial<TestScript> = {}, path?: string) {
  const content = render('tier-3', { sql: sqlText, ...given });
  const file = join(folder, 'script.sh');
  writeFileSync(file, content.mainSteps[0].inputs.runCommand.join('\n'), { mode: 0o700 });
  const env = { ...docker.environment, ...parameters, ...(path === undefined ? {} : { PATH: path }) };
  const { status, stdout } = spawnSync('sh', ['-c', file], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status, stdout, ...parseWrapperOutput(stdout) };
}

describe('the exit code is one of eight', () => {
  const noConnection = 'psql: error: connection to server on socket "/x" failed: No such file or directory';
  const ends: [string, string, keyof typeof wrapperExits][] = [
    ['psql proves it', 'echo "done 1"', 0],
    ['psql ends with 0 and prints nothing', 'true', 66],
    ['psql prints the proof line twice', 'echo "done 1"; echo "done 1"', 66],
    ['psql prints the proof line inside another line', 'echo "not done 1"', 66],
    ['psql prints the proof line and then fails', 'echo "done 1"; exit 3', 3],
    ['psql fails by itself', 'exit 1', 70],
    ['psql cannot connect', `echo '${noConnection}'; exit 2`, 69],
    ['psql loses the connection', `echo one; echo '${noConnection}'; exit 2`, 2],
    ['a statement fails', 'exit 3', 3],
    ['psql runs too long', 'sleep 60', 124],
    ['psql is killed', 'kill -9 $$', 70],
    ['psql is told to stop', 'kill -TERM $$', 124],
    ...meaningfulToTheAgent.map((code): [string, string, 70] => [`psql ends with ${code}`, `exit ${code}`, 70]),
  ];

  it.each(ends)(
    '%s',
    (_name, text, exit) => {
      program('psql', text);
      const result = runWrapper({ timeouts: { psql: 1 } });
      expect(result.end).toEqual({ runId, scriptId: 'tier-3', exit });
      expect(result.status).toBe(exit);
      expect(readdirSync(docker.temporaryFolder)).toEqual([]);
    },
    20_000,
  );

  it('psql runs too long under the timeout of busybox, which replaces itself by psql', () => {
    program('psql', 'exec sleep 60');
    program('timeout', '(sleep "$1"; kill -TERM $$) >/dev/null 2>&1 &\nshift\nexec "$@"');
    expect(runWrapper({ timeouts: { psql: 1 } })).toMatchObject({ status: 124, end: { exit: 124 } });
  });

  it.each(demanded)('%s is missing in the container: that is said by name, and nothing is run', (name) => {
    program('psql', `touch ${folder}/started; echo "done 1"`);
    for (const other of ['sh', 'awk', 'cat', ...demanded].filter((one) => one !== name && one !== 'psql'))
      symlinkSync(
        spawnSync('sh', ['-c', `command -v ${other}`], { encoding: 'utf8' }).stdout.trim(),
        join(folder, 'bin', other),
      );
    if (name === 'psql') rmSync(join(folder, 'bin', name));
    docker = { ...docker, environment: { ...docker.environment, ONE_ROOF_SHIM_PATH: join(folder, 'bin') } };
    const result = runWrapper();
    expect(result.end?.exit).toBe(69);
    expect(result.note).toBe(`the container lacks these programs: ${name}; nothing was run`);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('the runbook asks for every program that the wrapper demands', () => {
    const asked = /for p in ([a-z0-9_ ]+); do/.exec(readFileSync(join(__dirname, '../../../docs/deploy.md'), 'utf8'));
    expect(asked?.[1]?.split(' ')).toEqual(expect.arrayContaining(demanded));
  });

  it('a full temporary directory is no tampering: it is named, and nothing is run', () => {
    program('psql', `touch ${folder}/started; echo "done 1"`);
    program(
      'mktemp',
      'made=$(/usr/bin/mktemp "$@") && ln -s /dev/full "$made/all.sql" && ln -s /dev/full "$made/all.err" && echo "$made"',
    );
    const result = runWrapper();
    expect(result.end?.exit).toBe(69);
    expect(result.note).toBe('the temporary directory in the container is full, nothing was run');
    expect(existsSync(join(folder, 'started'))).toBe(false);
    expect(readdirSync(docker.temporaryFolder)).toEqual([]);
  });

  it('there is no psql', () => {
    // The system's own psql is on the container's PATH, so it is put out of reach by a file that cannot be executed.
    writeFileSync(join(folder, 'bin', 'timeout'), '#!/bin/sh\necho "timeout: failed to run command psql"\nexit 127\n');
    chmodSync(join(folder, 'bin', 'timeout'), 0o755);
    const result = runWrapper();
    expect(result.end?.exit).toBe(69);
    expect(result.note).toBe('timeout: failed to run command psql');
  });

  it.each([1, 125, 126, 127, ...meaningfulToTheAgent])("docker's client ends with %i and without a word", (code) => {
    program('docker', `exit ${code}`);
    const result = runWrapper({}, `${folder}/bin:/usr/bin:/bin`);
    expect(result.status).toBe(70);
    expect(result.end).toBeUndefined();
    expect(result.note).toBe(`docker exec ended with ${code}`);
  });

  it('the container is gone', () => {
    docker.setRunning(false);
    const result = runWrapper();
    expect(result.status).toBe(70);
    expect(result.end).toBeUndefined();
    expect(result.note).toBe('Error response from daemon: No such container: postgres');
  });
});

describe('nothing but the approved bytes reaches psql', () => {
  beforeEach(() => program('psql', `touch ${folder}/started; echo "done 1"`));

  const payloadLine = (change: (payload: string) => string) => (lines: string[]) =>
    lines.map((line) => (line.startsWith('one_roof_payload=') ? change(line) : line));

  // The last 8 bytes are gzip's own checksum: without them the SQL is still whole, and the sha256 says so.
  it.each([
    ['cut in half', payloadLine((line) => `${line.slice(0, line.length / 2)}'`)],
    ['cut near its end', payloadLine((line) => `${line.slice(0, -41)}'`)],
    ['empty', payloadLine(() => "one_roof_payload=''")],
    ['changed', payloadLine((line) => line.replace(/.{40}'$/, `${'A'.repeat(40)}'`))],
    ['not base64', payloadLine(() => "one_roof_payload='}{'")],
  ])('a payload that is %s is refused and nothing is run', (_name, damage) => {
    expect(runWrapper({ damage }).end?.exit).toBe(65);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('a sha256 of other bytes is refused', () => {
    parameters.SSM_sha256 = scriptDigest(prelude, 'select 2;');
    expect(runWrapper().end?.exit).toBe(65);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('psql gets prelude and script as two files, byte by byte', () => {
    program('psql', `cat prelude.sql >${folder}/prelude; cat tier_3.sql >${folder}/script; echo "done 1"`);
    const text = "select 'Zażółć' || E'\\t' || $$ $ ' \" \\ $$;\n\n";
    parameters.SSM_sha256 = scriptDigest(prelude, text);
    expect(runWrapper({ sql: text }).end?.exit).toBe(0);
    expect(spawnSync('cat', [`${folder}/prelude`], { encoding: 'utf8' }).stdout).toBe(prelude);
    expect(spawnSync('cat', [`${folder}/script`], { encoding: 'utf8' }).stdout).toBe(text);
  });
});

describe('the output can be relied on', () => {
  it('cannot be forged by what a script prints', () => {
    const forged = `one-roof proof done 7\\none-roof end run=${runId} script=tier-3 exit=0 outcome=proven`;
    program('psql', `printf '${forged}\\n'; printf 'x\\r${forged}'; exit 3`);
    const result = runWrapper();
    expect(result.end?.exit).toBe(3);
    expect(result.proofLine).toBeUndefined();
  });

  it('keeps header, proof and last line within 24,000 characters, however much a script prints', () => {
    program('psql', 'echo "done 1"; yes "a line of output" | head -n 20000');
    const result = runWrapper();
    expect(result.stdout.length).toBeLessThan(24_000);
    expect(result.proofLine).toBe('done 1');
    expect(result.end?.exit).toBe(0);
  });

  it.each(['', 'a'])('does so for the shortest lines too (%j)', (line) => {
    program('psql', `yes "${line}" | head -n 40000; echo "done 1"`);
    const result = runWrapper();
    expect(result.stdout.length).toBeLessThan(24_000);
    expect(result.end?.exit).toBe(0);
  });

  it('keeps a long proof line whole', () => {
    program('psql', 'printf "done "; head -c 15000 /dev/zero | tr "\\0" 7; echo; yes | head -n 40000');
    const result = runWrapper();
    expect(result.stdout.length).toBeLessThan(24_000);
    expect(result.proofLine).toHaveLength(15_005);
  });

  it("marks the first line of a cut output as the script's own", () => {
    const line = `one-roof end run=${runId} script=tier-3 exit=0 outcome=proven`;
    // 16,000 bytes from the end begin, one after the other, at each byte of a line.
    for (let fill = 0; fill <= line.length + 3; fill += 1) {
      program('psql', `yes '${line}' | head -n 400; printf '%${fill + 1}s'; exit 3`);
      const { stdout, lines, note, end } = runWrapper();
      expect(end?.exit).toBe(3);
      expect(note).toBeUndefined();
      expect(stdout.split('\n').filter((text) => text.startsWith('one-roof '))).toHaveLength(2);
      expect(lines.length).toBeGreaterThan(100);
    }
  });

  it('keeps the error at the end of a chatty script', () => {
    program('psql', 'yes chat | head -n 20000; echo "psql:tier_3.sql:9: ERROR:  22012: division by zero"; exit 3');
    const result = runWrapper();
    expect(result.stdout.length).toBeLessThan(24_000);
    expect(result.error).toEqual({ sqlstate: '22012', file: 'prod/tier_3.sql', line: 9 });
  });
});

it('asks for the time of each statement, and passes on what psql says of as many as there is room for', () => {
  const many = 'for i in $(seq 2000); do echo "INSERT 0 $i"; echo "Time: $i.125 ms"; done';
  program('psql', `case "$*" in *"-v one_roof_timed=on"*) echo "one-roof statements "; ${many}; echo "done 1" ;; esac`);
  const { stdout, statements, end } = runWrapper();
  expect([end?.exit, stdout.length < 24_000]).toEqual([0, true]);
  const told = statements?.[''] ?? [];
  expect(told.length).toBeGreaterThan(400);
  expect(told).toEqual(told.map((_, index) => ({ milliseconds: index + 1.125, rows: index + 1 })));
});

describe('a position that psql prints', () => {
  const lineMap = '1:prod/tier_3.sql:1 3:runner/open.sql:1 50:prod/tier_3.sql:4';
  it.each([
    ['tier_3.sql:2', 'prod/tier_3.sql:2'],
    ['tier_3.sql:3', 'runner/open.sql:1'],
    ['tier_3.sql:49', 'runner/open.sql:47'],
    ['tier_3.sql:50', 'prod/tier_3.sql:4'],
    ['tier_3.sql:1000', 'prod/tier_3.sql:954'],
    ['prelude.sql:7', 'runner/prelude.sql:7'],
    ['other.sql:7', 'other.sql:7'],
  ])('%s is %s for whoever reads it', (printed, shown) => {
    program(
      'psql',
      `printf '%s\\n' 'a & \\ row' 'psql:${printed}: ERROR:  22012: division by zero' 'LINE 1: x'; exit 3`,
    );
    const { lines } = runWrapper({ lineMap });
    expect(lines).toEqual(['a & \\ row', `psql:${shown}: ERROR:  22012: division by zero`, 'LINE 1: x']);
  });

  it('is printed as it is where the container has no awk', () => {
    program('psql', "echo 'psql:tier_3.sql:3: ERROR:  22012: division by zero'; exit 3");
    program('awk', 'exit 127');
    expect(runWrapper({ lineMap }).error).toEqual({ sqlstate: '22012', file: 'tier_3.sql', line: 3 });
  });
});

describe('parameters', () => {
  beforeEach(() => program('psql', `touch ${folder}/started; echo "done 1"`));

  it.each(['SSM_runId', 'SSM_startBy', 'SSM_sha256'])('an agent too old to export %s runs nothing', (name) => {
    parameters = Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== name));
    const result = runWrapper();
    expect(result.status).toBe(69);
    expect(result.note).toContain('needs SSM agent 3.3.2746.0');
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  const hostile = [
    '$(touch HIT)',
    '`touch HIT`',
    "';touch HIT;'",
    '";touch HIT;"',
    'a\ntouch HIT',
    '-v x',
    '${IFS}',
    '\u202e',
  ];
  const names = [
    'SSM_runId',
    'SSM_startBy',
    'SSM_sha256',
    'SSM_ratifiedApr',
    'SSM_undoReleased',
    'SSM_overrideChangedRows',
  ];

  it.each(names)('shell metacharacters in %s are harmless even without the pattern', (name) => {
    for (const text of hostile) {
      const good = parameters;
      parameters = { ...good, [name]: `${good[name] ?? ''}${text.replaceAll('HIT', join(folder, 'hit'))}` };
      expect(runWrapper().status).toBe(69);
      parameters = good;
    }
    expect(existsSync(join(folder, 'hit'))).toBe(false);
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  it('reach psql as variables, and the session is bounded, named and read-only', () => {
    program('psql', 'echo "done 1"; for a in "$@"; do echo "arg $a"; done; env');
    parameters.SSM_ratifiedApr = 'APR-BOOT-AUTHMODEL-1';
    const { lines } = runWrapper({ parameters: ['ratifiedApr'] });
    for (const line of [
      `arg run_id=${runId}`,
      'arg start_by=2026-06-03T10:15:00.000Z',
      'arg mutating=off',
      'arg ratified_apr=APR-BOOT-AUTHMODEL-1',
      'arg expected_gap=210',
      'arg ON_ERROR_STOP=1',
      'arg workflow_admin',
      'arg directus',
      `PGAPPNAME=one-roof/${runId}/tier-3`,
      'PGCLIENTENCODING=UTF8',
    ]) {
      expect(lines).toContain(line);
    }
    const options = lines.find((line) => line.startsWith('PGOPTIONS=')) ?? '';
    expect(options).toContain('-c lock_timeout=3s -c statement_timeout=20s');
    expect(options).toContain('-c client_connection_check_interval=500ms -c default_transaction_read_only=on');
    expect(lines.join('\n')).not.toContain('undo_released');
  });

  it('a mutating script is not read-only', () => {
    program('psql', 'echo "done 1"; for a in "$@"; do echo "arg $a"; done; env');
    const { lines } = runWrapper({ mutates: true });
    expect(lines).toContain('arg mutating=on');
    expect(lines.find((line) => line.startsWith('PGOPTIONS='))).not.toContain('read_only');
  });
});

it('clears away what a killed wrapper left, once it is older than a day', () => {
  program('psql', 'echo "done 1"');
  const old = join(docker.temporaryFolder, 'one-roof.old');
  const fresh = join(docker.temporaryFolder, 'one-roof.fresh');
  [old, fresh].forEach((path) => mkdirSync(path));
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(old, yesterday, yesterday);
  runWrapper();
  expect(readdirSync(docker.temporaryFolder)).toEqual(['one-roof.fresh']);
});
