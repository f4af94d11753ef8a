const readers = 'gate-check apr-check fingerprint baseline-probe ui-read-contract outcome-reread fence'.split(' ');

const tier = (id: string, file: string, proof: string, flags: { mutates: boolean; seals?: boolean }) => ({
  id,
  name: `Tier ${id}`,
  file: `prod/${file}.sql`,
  title: 'An example',
  seconds: 10,
  proof,
  ...flags,
});

/** The plan of the package in which the rules' examples are judged: two tiers that write, a seal and a rollback. */
export const examplePlan = {
  name: 'example',
  database: 'shop',
  writer: 'writer',
  reader: 'reader',
  expected: { inventory: 2, scopes: 3, gap: 6, ownership: 3, objects: 2, owners: { 'GRP-A': 'GOV-A' } },
  approval: { requestType: 'ratification', action: 'modify', answers: 3 },
  creates: { tables: ['note'], views: ['v_note'], functions: [] },
  tiers: [
    tier('0', '00_preflight', '^preflight [0-9]+$', { mutates: false }),
    tier('1', '10_structure', '^tables=(?<tables>[0-9]+)$', { mutates: true }),
    tier('2', '20_rows', '^rows=(?<rows>[0-9]+)$', { mutates: true }),
    tier('8', '90_verify', '^VERIFY PASS$', { mutates: true, seals: true }),
  ],
  scripts: [
    ...readers.map((id) => ({
      id,
      file: `checks/${id.replaceAll('-', '_')}.sql`,
      seconds: 10,
      proof: `^${id} [0-9]+$`,
    })),
    { id: 'undo', file: 'prod_rollback/99_rollback_full.sql', seconds: 10, mutates: true, proof: '^undone [0-9]+$' },
  ],
};
