import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blockerRows, gateRows } from '../../../core/gate/gate-rows.ts';
import { readGate } from '../../../core/gate/read-gate.ts';
import { testedMajors } from '../../../core/gate/server-version.ts';
import { documentDigest } from '../../../core/command/document.ts';
import { condition } from './condition.ts';
import { createTestPorts } from '../ports.ts';
import { proven, shutOut } from '../proven.ts';
import type { SendRequest } from '../../../core/base/ports.ts';

const judged = (id: string, verdict: boolean) => ({ ...condition(id, '1'), explanation: '', verdict });
const counted = judged('signature', true);
const further = judged('quiet', false);
const line = {
  server: 160013,
  status: 'READY',
  blockers: '',
  objects: [],
  baseline: 'as ever',
  conditions: [counted, further],
  findings: [],
  notes: [],
};
const content = '{"schemaVersion":"2.2"}';
const settings = {
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  CLOCK_SKEW_SECONDS: 5,
  CHANGE_CALENDAR: '',
  DOCUMENT_PREFIX: 'One-Roof-',
  DOCUMENT_DIGESTS: {
    'gate-check': documentDigest(JSON.parse(content)),
    'tier-1': documentDigest(JSON.parse(content)),
  },
  SCRIPTS: [
    {
      id: 'gate-check',
      role: 'gate',
      document: 'One-Roof-gate-check',
      sha256: 'a'.repeat(64),
      seconds: 20,
      proof: '^gate (?<json>.*)$',
      parameters: [],
    },
  ],
};

async function gateOf(measured: object, ask?: () => Promise<never>, complaint?: string) {
  const ports = createTestPorts({
    answer: (request: SendRequest) => {
      const clock = ports.clock.now().getTime();
      if (complaint !== undefined) return shutOut(request, complaint);
      return proven(request, `gate ${JSON.stringify({ ...line, clock, ...measured })}`);
    },
  });
  let reading = 0;
  let most = 0;
  const commands = {
    ...ports.commands,
    readNode: () => Promise.resolve({ online: true }),
    readDocument: async () => {
      reading += 1;
      most = Math.max(most, reading);
      await Promise.resolve();
      reading -= 1;
      return { content, version: '1', hash: 'h' };
    },
  };
  const found = await readGate({ ...ports, commands }, settings, '0123456789ab', ports.clock.now(), ask);
  return { ...found, most };
}

it('opens on the planned figures, and reads one document after the other', async () => {
  const { gate, most } = await gateOf({});
  expect([gate.status, gate.blockers, most]).toEqual(['READY', '', 1]);
});

it.each([
  [140018, 'The server is PostgreSQL 14, tested are 15 to 18: nothing is released on another.'],
  [190000, 'The server is PostgreSQL 19, tested are 15 to 18: nothing is released on another.'],
])('stays closed on a server that nobody has tested: %i', async (server, explanation) => {
  const { gate } = await gateOf({ server });
  expect([gate.status, gate.blockers, gate.explanations]).toEqual(['BLOCKED', 'server_version;', [explanation]]);
  expect(blockerRows(gate)).toEqual([{ code: 'server_version', remedy: expect.stringContaining('Update') as string }]);
});

it.each([150000, 150018, 160013, 179999])('opens on a tested server: %i', async (server) => {
  expect((await gateOf({ server })).gate.status).toBe('READY');
});

it.each(['README.md', 'docs/deploy.md'])('%s names the versions that the gate accepts', (file) => {
  const { first, last } = testedMajors;
  expect(readFileSync(join(__dirname, '../../..', file), 'utf8')).toMatch(
    new RegExp(`PostgreSQL ${first}(, [0-9, ]*| )(to|or) ${last}\\b`),
  );
});

it('keeps what the script says of each condition, for whoever is asked and for the report', async () => {
  const { gate } = await gateOf({});
  expect(gateRows(gate)).toEqual([
    { name: 'signature', meaning: 'What signature counts', required: 'as planned', measured: '1', ok: true },
    { name: 'quiet', meaning: 'What quiet counts', required: 'as planned', measured: '1', ok: true },
  ]);
});

it('stays closed for a condition that the verdict of the script does not count, also when it cannot be measured', async () => {
  const open = { ...condition('quiet', null, 'noisy;'), explanation: 'Nobody can say how loud it is.', verdict: false };
  const { gate } = await gateOf({ conditions: [counted, open] });
  expect([gate.status, gate.blockers, gate.explanations]).toEqual([
    'BLOCKED',
    'noisy;',
    ['Nobody can say how loud it is.'],
  ]);
  expect(blockerRows(gate)).toEqual([{ code: 'noisy', remedy: 'Mend quiet.' }]);
  expect(gateRows(gate).at(-1)).toMatchObject({ measured: 'not measurable', ok: false });
});

it('names its own blockers behind those of the script, with a remedy for each', async () => {
  const unsigned = { ...condition('signature', '0', 'unsigned;'), explanation: 'Nobody signed.', verdict: true };
  const { gate } = await gateOf({
    status: 'BLOCKED',
    blockers: 'unsigned;',
    conditions: [unsigned, further],
    clock: 0,
  });
  expect(gate.blockers).toBe('unsigned;clock_skew;');
  expect(blockerRows(gate).map(({ remedy }) => remedy)).toEqual([
    'Mend signature.',
    'The clocks of the server and of AWS disagree. Repair the time synchronisation.',
  ]);
});

it.each([
  ['READY although a condition does not hold', { conditions: [{ ...counted, ok: false }, further] }],
  ['BLOCKED although every condition holds', { status: 'BLOCKED', blockers: 'unsigned;' }],
  ['BLOCKED without saying why', { status: 'BLOCKED', conditions: [{ ...counted, ok: false }, further] }],
])('takes a script that says %s for broken', async (_what, measured) => {
  await expect(gateOf(measured)).rejects.toThrow('another verdict than its conditions');
});

it('asks what else is wanted before the gate has answered, and leaves its failure to whoever wanted it', async () => {
  const asked: string[] = [];
  const refusal = new Error('no such request');
  const { gate, beside } = await gateOf({ server: 140000 }, () => {
    asked.push('approval');
    return Promise.reject(refusal);
  });
  expect([asked, gate.status]).toEqual([['approval'], 'BLOCKED']);
  await expect(beside).rejects.toBe(refusal);
});

const socket = 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed:';

it.each([
  ['FATAL:  role "clerk" is not permitted to log in', 'FATAL:  role "clerk" is not permitted to log in.'],
  ['FATAL:  Rolle »clerk« existiert nicht', 'FATAL:  Rolle »clerk« existiert nicht.'],
  ['치명적오류:  "clerk" 롤은 접속을 허용하지 않음', '치명적오류:  "clerk" 롤은 접속을 허용하지 않음.'],
  ['fe_sendauth: no password supplied', 'fe_sendauth: no password supplied.'],
])('stays closed when the server does not let the reader in, in its own words: %s', async (complaint, said) => {
  const { gate } = await gateOf({}, undefined, `${socket} ${complaint}`);
  expect([gate.blockers, gate.explanations]).toEqual(['reader_login;', [`The reader cannot log in: ${said}`]]);
});

it.each([
  `${socket} No such file or directory`,
  `${socket} Connection refused`,
  `${socket} server closed the connection unexpectedly`,
  'psql: error: could not translate host name "db" to address',
])('no server is no closed gate but an error: %s', async (complaint) => {
  await expect(gateOf({}, undefined, complaint)).rejects.toMatchObject({ name: 'ScriptFailed' });
});
