import { demands } from '../core/package/roles.ts';

const tier = (
  id: string,
  file: string,
  proof: string,
  flags: { mutates: boolean; seals?: boolean; beside?: string[] },
) => ({
  id,
  name: `Tier ${id}`,
  file: `prod/${file}.sql`,
  title: 'An example',
  seconds: 10,
  proof,
  ...flags,
});

/** The scripts of the example that only read; each plays the role that it is called by. */
export const exampleReaders = Object.entries(demands).flatMap(([id, { mutates, parameters }]) =>
  mutates ? [] : [{ id, parameters }],
);

const undoProof =
  '^undo outcome=(?<outcome>undone) run=(?<run>[0-9a-f]{12}) objects=(?<objects>[0-9]+) left=(?<left>absent|present)$';

/** The plan of the package in which the rules' examples are judged: two tiers that write, a seal and a rollback. */
export const examplePlan = {
  name: 'example',
  title: 'An example',
  database: 'depot',
  writer: 'writer',
  reader: 'reader',
  approval: {
    answers: 3,
    code: { pattern: '^REQ-[0-9]+$', maxLength: 20, example: 'REQ-1' },
    request: 'request',
    signature: 'signature',
  },
  variables: { expected_notes: '6' },
  creates: { tables: ['note'], views: ['v_note'], functions: [] },
  reads: ['ledger'],
  emits: ['outbox'],
  roles: Object.fromEntries(Object.keys(demands).map((role) => [role, role])),
  tiers: [
    tier('0', '00_preflight', '^preflight [0-9]+$', { mutates: false, beside: ['fingerprint', 'probe'] }),
    tier('1', '10_structure', '^tables=(?<tables>[0-9]+)$', { mutates: true }),
    tier('2', '20_rows', '^rows=(?<rows>[0-9]+)$', { mutates: true }),
    tier('8', '90_verify', '^VERIFY PASS$', { mutates: true, seals: true }),
  ],
  scripts: [
    ...exampleReaders.map(({ id, parameters }) => ({
      id,
      file: `checks/${id}.sql`,
      seconds: 10,
      parameters,
      proof: `^${id} (?<json>[0-9]+)$`,
    })),
    {
      id: 'undo',
      file: 'prod_rollback/99_rollback_full.sql',
      seconds: 10,
      mutates: true,
      parameters: demands.undo.parameters,
      proof: undoProof,
    },
    {
      id: 'prepare',
      file: 'rehearsal/prepare.sql',
      seconds: 10,
      mutates: true,
      proof: '^prepare signature=(?<signature>present) apr=(?<apr>REQ-[0-9]+)$',
    },
  ],
};
