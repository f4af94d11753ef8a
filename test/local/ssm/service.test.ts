import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CancelCommandCommand,
  DescribeDocumentCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  ListDocumentsCommand,
  SendCommandCommand,
  SSMClient,
  type SendCommandCommandInput,
} from '@aws-sdk/client-ssm';
import { createSsmCommands } from '../../../aws/ssm-commands.ts';
import { awsClient } from '../../../local/driver/loopback-client.ts';
import { until } from '../../until.ts';
import { startSsm, type SsmService } from '../../../local/ssm/service.ts';

const node = 'mi-0123456789abcdef0';
const plain = { type: 'String' };
const exported = { type: 'String', interpolationType: 'ENV_VAR' };

function document(runCommand: string[], parameters: object = {}, timeoutSeconds = '60') {
  const step = { action: 'aws:runShellScript', name: 'run', inputs: { timeoutSeconds, runCommand } };
  return { schemaVersion: '2.2', description: 'test', parameters, mainSteps: [step] };
}

let service: SsmService;
let client: SSMClient;
let folder: string;
/** How far the service's clock is ahead, in milliseconds. */
let ahead: number;

beforeEach(async () => {
  ahead = 0;
  folder = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
  service = await startSsm({
    documents: {},
    node: { id: node },
    environment: { PATH: '/usr/bin:/bin', FOLDER: folder },
    now: () => new Date(Date.now() + ahead),
  });
  client = new SSMClient({ ...awsClient(service), maxAttempts: 1 });
});

afterEach(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function send(input: Partial<SendCommandCommandInput> = {}): Promise<string> {
  const command = new SendCommandCommand({ DocumentName: 'doc', InstanceIds: [node], TimeoutSeconds: 30, ...input });
  const { Command } = await client.send(command);
  return Command?.CommandId ?? '';
}

function read(id: string) {
  return client.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: node }));
}

function ended(id: string) {
  return until(async () => {
    const seen = await read(id).catch(() => undefined);
    return ['Pending', 'InProgress', 'Cancelling'].includes(seen?.Status ?? 'Pending') ? undefined : seen;
  });
}

async function inProgress(id: string): Promise<string> {
  return until(async () => ((await read(id).catch(() => undefined))?.Status === 'InProgress' ? id : undefined));
}

async function run(runCommand: string[], input: Partial<SendCommandCommandInput> = {}, parameters: object = {}) {
  service.putDocument('doc', document(runCommand, parameters));
  return ended(await send(input));
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');

describe('the agent', () => {
  it('runs the lines with sh, without stopping at the first failure', async () => {
    const seen = await run(['false', 'echo "$0" | grep -c _script.sh', 'echo error >&2']);
    expect(seen).toMatchObject({ Status: 'Success', ResponseCode: 0, StandardOutputContent: '1\n' });
    expect(seen.StandardErrorContent).toBe('error\n');
  });

  it('heeds a first line that names another interpreter', async () => {
    expect((await run(['#!/bin/bash', 'echo "${BASH_VERSION:+bash}"'])).StandardOutputContent).toBe('bash\n');
  });

  it.each([
    [1, 'Failed', 'Failed'],
    [137, 'TimedOut', 'ExecutionTimedOut'],
    [168, 'Success', 'Success'],
    [169, 'Failed', 'Failed'],
  ])('exit code %i is %s', async (code, status, details) => {
    const seen = await run(['echo error >&2', `exit ${code}`]);
    expect(seen).toMatchObject({ Status: status, StatusDetails: details, ResponseCode: code });
  });

  it('a shell that somebody else kills is Failed with -1, not TimedOut with 137', async () => {
    // The outer shell is the parent of the script, unless it has replaced itself by it.
    const outer = 'case $(cat /proc/$PPID/comm) in sh) echo $PPID ;; *) echo $$ ;; esac';
    const seen = await run(['echo error >&2', `kill -KILL "$(${outer})"`]);
    expect(seen).toMatchObject({ Status: 'Failed', StatusDetails: 'Failed', ResponseCode: -1 });
    expect(seen.StandardErrorContent).toBe('error\nfailed to run commands: signal: killed');
  });

  it('waits for a child that holds the output open', async () => {
    const seen = await run(['(sleep 1; echo late) &', 'echo early']);
    expect(seen).toMatchObject({ Status: 'Success', StandardOutputContent: 'early\nlate\n' });
  });

  it('stops waiting for such a child at the time-out', async () => {
    service.putDocument('doc', document(['sleep 600 &', 'echo early'], {}, '5'));
    expect(await ended(await send())).toMatchObject({ Status: 'TimedOut', ResponseCode: 137 });
  });

  it("works in the directory of the agent's service, not in that of the script", async () => {
    expect((await run(['pwd'])).StandardOutputContent).toBe('/usr/bin\n');
  });

  it('tells the script where it runs, whatever the environment and the parameters say', async () => {
    const seen = await run(['env | grep ^AWS_SSM_ | sort; echo "$SSM_COMMAND_ID"']);
    const [instance, name, version, region, id] = seen.StandardOutputContent?.split('\n') ?? [];
    expect([instance, region]).toEqual([`AWS_SSM_INSTANCE_ID=${node}`, 'AWS_SSM_REGION_NAME=eu-central-1']);
    expect([name, version]).toEqual([
      expect.stringMatching(/^AWS_SSM_PLATFORM_NAME=./),
      expect.stringMatching(/^AWS_SSM_PLATFORM_VERSION=./),
    ]);
    expect(id).toBe(seen.CommandId);
  });

  it('skips a step of another platform, which SSM shows as a success', async () => {
    const [step] = document(['touch "$FOLDER/ran"']).mainSteps;
    const precondition = { StringEquals: ['platformType', 'Windows'] };
    service.putDocument('doc', { ...document([]), mainSteps: [{ ...step, precondition }] });
    expect(await ended(await send())).toMatchObject({ Status: 'Success', ResponseCode: 0 });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  it('exit code 194 runs the script again', async () => {
    await run(['echo x >>"$FOLDER/runs"', '[ "$(wc -l <"$FOLDER/runs")" -ge 3 ] || exit 194']);
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x\nx\nx\n');
  });

  it('kills the process group at the time-out, without any trap; what left the group lives', async () => {
    const lines = [
      'exec >/dev/null 2>&1', // else a broken pipe would end the shell before its trap
      'trap "touch \\"$FOLDER/trapped\\"" EXIT TERM HUP INT',
      'setsid sh -c \'sleep 6; echo lived >"$FOLDER/lived"\' &',
      'sleep 600',
    ];
    service.putDocument('doc', document(lines, {}, '5'));
    const seen = await ended(await send());
    expect(seen).toMatchObject({ Status: 'TimedOut', StatusDetails: 'ExecutionTimedOut', ResponseCode: 137 });
    await until(() => (existsSync(join(folder, 'lived')) ? true : undefined));
    expect(existsSync(join(folder, 'trapped'))).toBe(false);
  });

  it('takes 3,600 s for a time-out it cannot use', async () => {
    service.putDocument('doc', document(['sleep 1.5'], {}, '1'));
    expect((await ended(await send())).Status).toBe('Success');
  });

  it('runs five commands at once, and then the sixth', async () => {
    service.putDocument(
      'doc',
      document(['echo x >>"$FOLDER/started"', 'while [ ! -e "$FOLDER/go" ]; do sleep 0.02; done']),
    );
    const ids = await Promise.all(Array.from({ length: 6 }, () => send()));
    const started = () => (existsSync(join(folder, 'started')) ? readFileSync(join(folder, 'started'), 'utf8') : '');
    await until(() => (started().length >= 10 ? true : undefined));
    await delay(400); // for the sixth, if it were to start
    expect(started()).toBe('x\n'.repeat(5));
    execFileSync('touch', [join(folder, 'go')]);
    for (const id of ids) expect((await ended(id)).Status).toBe('Success');
  });

  it('is cancelled: Cancelled with 137, or without a code when it had not started', async () => {
    service.putDocument('doc', document(['sleep 600']));
    const started = await inProgress(await send());
    await client.send(new CancelCommandCommand({ CommandId: started, InstanceIds: [node] }));
    expect(await ended(started)).toMatchObject({ Status: 'Cancelled', ResponseCode: 137 });
    service.setFaults(() => ({ deliverAfter: 300, cancelAfter: 50 }));
    expect(await ended(await send())).toMatchObject({ Status: 'Cancelled', ResponseCode: -1 });
  });
});

describe('parameters', () => {
  it('are exported where the document says so', async () => {
    const seen = await run(['printf %s "$SSM_word"'], { Parameters: { word: ['$(id) "x"'] } }, { word: exported });
    expect(seen.StandardOutputContent).toBe('$(id) "x"');
  });

  it('are pasted as text otherwise, $$ becoming $', async () => {
    const pasted = await run(
      ["printf %s '{{ word }}'"],
      { Parameters: { word: ["a'; echo hit; echo 'b$$c"] } },
      { word: plain },
    );
    expect(pasted.StandardOutputContent).toBe('ahit\nb$c\n');
  });

  it('match anywhere unless the pattern is anchored, and before a last line end even then', async () => {
    service.putDocument('doc', document(['true'], { loose: { ...exported, allowedPattern: '[0-9]' } }));
    await expect(send({ Parameters: { loose: ['x1y'] } })).resolves.toBeDefined();
    service.putDocument('doc', document(['true'], { tight: { ...exported, allowedPattern: '^[0-9]$' } }));
    await expect(send({ Parameters: { tight: ['x1y'] } })).rejects.toThrow(/does not match/);
    await expect(send({ Parameters: { tight: ['1\nx'] } })).rejects.toThrow(/does not match/);
    await expect(send({ Parameters: { tight: ['1\n'] } })).resolves.toBeDefined();
  });

  it('are refused when missing, unknown or too large with the document', async () => {
    service.putDocument('doc', document(['true'], { word: exported }));
    expect(nameOf(await send().catch((error: unknown) => error))).toBe('InvalidParameters');
    const unknown = { Parameters: { word: ['x'], other: ['x'] } };
    expect(nameOf(await send(unknown).catch((error: unknown) => error))).toBe('InvalidParameters');
    const large = { Parameters: { word: ['x'.repeat(66_000)] } };
    expect(nameOf(await send(large).catch((error: unknown) => error))).toBe('MaxDocumentSizeExceeded');
  });
});

describe('documents', () => {
  it('have versions, and a hash that SendCommand compares', async () => {
    service.putDocument('doc', document(['echo 1']));
    const first = await client.send(new DescribeDocumentCommand({ Name: 'doc' }));
    service.putDocument('doc', document(['echo 2']));
    const second = await client.send(new DescribeDocumentCommand({ Name: 'doc' }));
    expect([first.Document?.DefaultVersion, second.Document?.DefaultVersion]).toEqual(['1', '2']);
    const hash = { DocumentHash: first.Document?.Hash, DocumentHashType: 'Sha256' as const };
    expect((await ended(await send({ ...hash, DocumentVersion: '1' }))).StandardOutputContent).toBe('1\n');
    expect(nameOf(await send(hash).catch((error: unknown) => error))).toBe('InvalidDocument');
    const { Content } = await client.send(new GetDocumentCommand({ Name: 'doc' }));
    expect(JSON.parse(Content ?? '')).toEqual(document(['echo 2']));
    const { DocumentIdentifiers } = await client.send(new ListDocumentsCommand({}));
    expect(DocumentIdentifiers?.map(({ Name }) => Name)).toEqual(['doc']);
  });

  it.each([
    ['InvalidDocument', { DocumentName: 'none' }],
    ['InvalidDocumentVersion', { DocumentVersion: '7' }],
    ['InvalidInstanceId', { InstanceIds: ['mi-ffffffffffffffff0'] }],
    ['ValidationException', { TimeoutSeconds: 29 }],
    ['ValidationException', { Comment: 'x'.repeat(101) }],
  ])('%s', async (name, input) => {
    service.putDocument('doc', document(['true']));
    expect(nameOf(await send(input).catch((error: unknown) => error))).toBe(name);
  });

  it('that the agent could not carry out are refused', () => {
    expect(() => service.putDocument('doc', { ...document([]), surprise: 1 })).toThrow(/surprise/);
  });
});

describe('reading', () => {
  it('knows nothing of a command in its first moments', async () => {
    service.putDocument('doc', document(['true']));
    service.setFaults(() => ({ invisibleFor: 3_600_000 }));
    const id = await send();
    expect(nameOf(await read(id).catch((error: unknown) => error))).toBe('InvocationDoesNotExist');
    ahead = 3_600_000;
    expect((await ended(id)).Status).toBe('Success');
  });

  it('shows no output before the end', async () => {
    service.putDocument('doc', document(['echo early', 'while [ ! -e "$FOLDER/go" ]; do sleep 0.02; done']));
    const id = await inProgress(await send());
    expect(await read(id)).toMatchObject({ Status: 'InProgress', StandardOutputContent: '', ResponseCode: -1 });
    execFileSync('touch', [join(folder, 'go')]);
    await ended(id);
    const { CommandInvocations } = await client.send(
      new ListCommandInvocationsCommand({ CommandId: id, Details: true }),
    );
    expect(CommandInvocations?.[0]?.CommandPlugins?.[0]?.Output).toBe('early\n');
  });

  it('lists 50 commands a page at most, newest first, and whoever looks for a command finds it on any page', async () => {
    service.putDocument('doc', document(['true']));
    const ids: string[] = [];
    for (let sent = 0; sent < 60; sent += 1) ids.push(await send({ Comment: `run/${sent}` }));
    const { Commands = [], NextToken } = await client.send(new ListCommandsCommand({}));
    expect(Commands.map(({ CommandId }) => CommandId)).toEqual(ids.toReversed().slice(0, 50));
    const rest = await client.send(new ListCommandsCommand({ NextToken }));
    expect(rest.Commands?.map(({ CommandId }) => CommandId)).toEqual(ids.toReversed().slice(50));
    expect(rest.NextToken).toBeUndefined();
    const few = await client.send(new ListCommandInvocationsCommand({ MaxResults: 7 }));
    expect(few.CommandInvocations).toHaveLength(7);
    const found = await createSsmCommands(awsClient(service)).find('run/', new Date(Date.now() - 600_000));
    expect(found.map(({ commandId }) => commandId)).toEqual(ids.toReversed());
  });

  it.each<[string, object]>([
    ['ValidationException', { MaxResults: 51 }],
    ['ValidationException', { MaxResults: 0 }],
    ['InvalidNextToken', { NextToken: 'none' }],
  ])('a page that there is not: %s (%#)', async (name, input) => {
    expect(nameOf(await client.send(new ListCommandsCommand(input)).catch((error: unknown) => error))).toBe(name);
  });

  it('a late delivery is not started, unless it is one of those that are', async () => {
    service.putDocument('doc', document(['echo x >>"$FOLDER/late"']));
    service.setFaults(() => ({ deliverAfter: 30_100 }));
    const id = await send();
    expect(await read(id).catch(() => ({ Status: 'Pending' }))).toMatchObject({ Status: 'Pending' });
    service.setFaults(() => ({ deliverAfter: 300, deliveryTimedOutAfter: 100, startsThoughLate: true }));
    expect(await ended(await send())).toMatchObject({ StatusDetails: 'DeliveryTimedOut' });
    await until(() => (existsSync(join(folder, 'late')) ? true : undefined));
  });

  it('a command that finished may run again after an agent restart', async () => {
    service.putDocument('doc', document(['echo x >>"$FOLDER/again"']));
    service.setFaults(() => ({ runAgainAfter: 50 }));
    await ended(await send());
    expect(readFileSync(join(folder, 'again'), 'utf8')).toBe('x\nx\n');
  });
});

/** Whether a process still runs; one that has ended but was not reaped yet does not. */
function runs(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

it('stop leaves no process behind', async () => {
  service.putDocument('doc', document(['sleep 600 &', 'echo $! >"$FOLDER/child"', 'echo $$ >"$FOLDER/pid"', 'wait']));
  await send();
  await until(() =>
    existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid')).length > 0 ? true : undefined,
  );
  const pids = ['pid', 'child'].map((name) => Number(readFileSync(join(folder, name), 'utf8')));
  expect(pids.map(runs)).toEqual([true, true]);
  await service.stop();
  expect(pids.map(runs)).toEqual([false, false]);
});
