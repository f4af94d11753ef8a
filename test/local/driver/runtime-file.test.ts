import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  keyAtPort,
  onlyRuntime,
  readRuntimeFile,
  removeRuntimeFile,
  type RuntimeFile,
  runtimePath,
  writeRuntimeFile,
} from '../../../local/driver/runtime-file.ts';

/** Above any pid_max of Linux (4,194,304), so no process has it. */
const deadPid = 4_999_999;
let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'one-roof-runtimes-')), 'below');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function runtime(name: string, pid = process.pid): RuntimeFile {
  const url = 'http://127.0.0.1:1';
  const arn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:OneRoof-Release';
  return {
    name,
    pid,
    key: 'a secret',
    startedAt: '2026-08-01T12:00:00.000Z',
    stepFunctions: url,
    ssm: url,
    lambda: url,
    region: 'eu-central-1',
    releaseArn: arn,
    rollbackArn: arn,
    database: 'postgresql:///directus',
    psql: 'psql',
    evidenceFolder: '/evidence',
    packageDirectory: '/sql',
  };
}
function write(name: string, pid?: number): { path: string; said: string[] } {
  const said: string[] = [];
  const path = runtimePath(folder, name);
  writeRuntimeFile(path, runtime(name, pid), (text) => said.push(text));
  return { path, said };
}

test('a runtime is found by its name, and as the only one; its file is for its owner alone', () => {
  const { path, said } = write('default');
  expect(said).toEqual([]);
  expect(readRuntimeFile(path)).toEqual(runtime('default'));
  expect(onlyRuntime(folder)).toEqual(runtime('default'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a second runtime of the same name is refused while the first lives', () => {
  write('default');
  expect(() => write('default')).toThrow(
    /"default" is running already \(process \d+\); choose another name with --name/,
  );
});

test('the key of a runtime is found by the port that it serves, unless the runtime is dead', () => {
  write('dead', deadPid);
  expect(keyAtPort(folder, '1')).toBeUndefined();
  write('alive');
  expect(keyAtPort(folder, '1')).toBe('a secret');
  expect(keyAtPort(folder, '2')).toBeUndefined();
});

test('several runtimes live side by side, and then one has to be named', () => {
  write('one');
  write('two');
  expect(() => onlyRuntime(folder)).toThrow('say which: --name one, --name two');
});

test('the file of a dead process is recognised, said so, and replaced', () => {
  const { path } = write('default', deadPid);
  expect(() => readRuntimeFile(path)).toThrow(`"default" is gone (process ${deadPid}); ${path} was left behind`);
  expect(() => onlyRuntime(folder)).toThrow(`"default" is gone (process ${deadPid})`);
  expect(write('default').said.join()).toContain('It is replaced.');
  expect(onlyRuntime(folder).pid).toBe(process.pid);
});

test('dead runtimes do not make the living one ambiguous', () => {
  write('dead', deadPid);
  write('alive');
  expect(onlyRuntime(folder).name).toBe('alive');
});

test('removing takes back the own file only', () => {
  const own = write('own').path;
  const theirs = write('theirs', deadPid).path;
  removeRuntimeFile(own);
  removeRuntimeFile(theirs);
  expect([existsSync(own), existsSync(theirs)]).toEqual([false, true]);
});

test.each(['', '../x', 'A', 'a/b', 'x'.repeat(41)])('"%s" is no name', (name) => {
  expect(() => runtimePath(folder, name)).toThrow('--name');
});

test('a file that is no runtime file is named, and left alone', () => {
  const { path } = write('default');
  writeFileSync(path, '{"pid":1}');
  expect(() => readRuntimeFile(path)).toThrow(`${path} is not the file of a local runtime`);
  expect(readFileSync(path, 'utf8')).toBe('{"pid":1}');
});

test('nothing running says how to start one', () => {
  expect(() => onlyRuntime(folder)).toThrow('one-roof local');
  expect(() => readRuntimeFile(runtimePath(folder, 'default'))).toThrow('one-roof local');
});
