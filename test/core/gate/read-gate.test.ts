import { readGate } from '../../../core/gate/read-gate.ts';
import { documentDigest } from '../../../core/command/document.ts';
import { createTestPorts } from '../ports.ts';
import { proven } from '../proven.ts';

const line = {
  ...{ status: 'READY', blockers: '', database: 'directus', ospa: 1, gap: 210, ownership: 0, conflict: 0, emit: 0 },
  ...{ axis: 'absent', prereqs: 'present', active_event_types: 0, label_orphans: 0 },
  ...{ missing_prereqs: null, present_objects: null, explanation: '' },
};
const content = '{"schemaVersion":"2.2"}';
const settings = {
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  CLOCK_SKEW_SECONDS: 5,
  DOCUMENT_PREFIX: 'One-Roof-',
  DOCUMENT_DIGESTS: {
    'gate-check': documentDigest(JSON.parse(content)),
    'tier-1': documentDigest(JSON.parse(content)),
  },
  SCRIPTS: [
    {
      id: 'gate-check',
      document: 'One-Roof-gate-check',
      sha256: 'a'.repeat(64),
      seconds: 20,
      proof: '^gate (?<json>.*)$',
      parameters: [],
    },
  ],
};

async function gateOf(measured: object) {
  const ports = createTestPorts({
    answer: (request) => {
      const clock = ports.clock.now().getTime();
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
  const { gate } = await readGate({ ...ports, commands }, settings, '0123456789ab', ports.clock.now());
  return { gate, most };
}

it('opens on the planned figures, and reads one document after the other', async () => {
  const { gate, most } = await gateOf({});
  expect([gate.status, gate.blockers, most]).toEqual(['READY', '', 1]);
});

it.each(['active_event_types', 'label_orphans'])('stays closed when %s cannot be measured', async (name) => {
  const { gate } = await gateOf({ [name]: null });
  expect([gate.status, gate.explanations.join()]).toEqual([
    'BLOCKED',
    expect.stringContaining('An unreadable number of'),
  ]);
});
