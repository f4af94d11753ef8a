import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateFiles } from '../../../core/package/generated.ts';
import type { GateLine } from '../../../core/gate/gate-line.ts';
import { demands } from '../../../core/package/roles.ts';
import type { Role } from '../../../core/package/plan-schema.ts';
import { parsePlan } from '../../../core/package/plan.ts';

/** Which script plays which part; none is called as it is in the package of this repository. */
const roles: Record<Role, string> = {
  gate: 'ready',
  approval: 'change',
  probe: 'stocktaking',
  contract: 'price-tags',
  outcome: 'result',
  undo: 'take-back',
  prepare: 'copy-ready',
};

const groups: Partial<Record<Role, string>> = {
  undo: 'outcome=(?<outcome>undone|nothing_to_undo|already_released) run=(?<run>[0-9a-f]{12}) objects=(?<objects>[0-9]+) left=(?<left>absent|present)',
  prepare: 'signature=(?<signature>present|simulated) apr=(?<apr>WHS-[0-9-]+)',
};

const scripts = Object.entries(roles).map(([role, id]) => {
  const { mutates, parameters } = demands[role as Role];
  const proof = `^${id} ${groups[role as Role] ?? '(?<json>.*)'}$`;
  return { id, file: `checks/${id.replace('-', '_')}.sql`, seconds: 10, mutates, parameters, proof };
});

const tier = (id: string, name: string, title: string, flags: { mutates: boolean; seals?: true }) => ({
  ...{ id, name, title, file: `steps/${id}0_${name.toLowerCase()}.sql`, seconds: 20 },
  ...{ beside: id === '0' ? ['fingerprint', roles.probe] : [], proof: `^${name}=(?<rows>[0-9]+)$`, ...flags },
});

const planText = JSON.stringify(
  {
    name: 'warehouse',
    title: 'Warehouse prices',
    database: 'stock',
    writer: 'stock_keeper',
    reader: 'stock_clerk',
    approval: {
      answers: 2,
      code: { pattern: '^WHS-[0-9]{4}-[0-9]{1,3}$', maxLength: 12, example: 'WHS-2026-11' },
      request: 'change_request',
      signature: 'change_signature',
    },
    variables: { expected_articles: '1200' },
    creates: { tables: ['price_list', 'price'], views: ['v_price_today'] },
    existing: [{ relation: 'article', lock: 'share', rows: 'kept' }],
    emits: ['shipment_queue'],
    roles,
    tiers: [
      tier('0', 'Inspection', 'Look at the shelves once more', { mutates: false }),
      tier('1', 'Tables', 'Create the price list', { mutates: true }),
      tier('2', 'Currencies', 'Record the currencies', { mutates: true }),
      tier('3', 'Prices', 'Record one price per article', { mutates: true }),
      tier('8', 'Closing', 'Add everything up and seal it', { mutates: true, seals: true }),
    ],
    scripts,
  },
  null,
  2,
);

/** The plan of another package: of a database that the engine has never seen, with another form of approval code. */
export const warehousePlan = parsePlan(planText);

/** What this package's gate prints while everything holds. */
export const warehouseGate: GateLine = {
  status: 'READY',
  blockers: '',
  clock: 0,
  server: 160013,
  objects: [],
  findings: [],
  notes: [],
  baseline: 'priced=0 list=absent',
  conditions: [
    {
      ...{ id: 'articles', meaning: 'Articles on the shelves', required: '1200', measured: '1200', ok: true },
      ...{ blocker: '', remedy: 'Count the shelves again.', explanation: '', headline: true, verdict: true },
    },
    {
      ...{ id: 'shipments', meaning: 'Shipments on their way', required: 'none', measured: '0', ok: true },
      ...{ blocker: '', remedy: 'Wait for the lorry.', explanation: '', headline: false, verdict: false },
    },
  ],
};

const engine = join(__dirname, '../../../sql/runner');

/** The engine's part of a package, which is the same in each. */
function engineFiles(): [string, string][] {
  return readdirSync(engine, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => [`runner/${file.slice(engine.length + 1)}`, readFileSync(file, 'utf8')]);
}

/** Its scripts begin as docs/package.md demands; what they would do on a database is nobody's business here. */
function ownFiles(): [string, string][] {
  const clone = '\\ir ../runner/rehearsal/settings.sql\n\\ir ../runner/rehearsal/here.sql\n';
  return [...warehousePlan.tiers, ...warehousePlan.scripts].map(({ file }) => {
    const opening = file === 'checks/copy_ready.sql' ? clone : '\\ir ../runner/open_reader.sql\n';
    return [file, `-- A step in the warehouse.\n${opening}select count(*) from article;\n`];
  });
}

/** Writes that package into an empty folder. */
export function writeWarehouse(folder: string): void {
  const files = new Map([...engineFiles(), ...ownFiles(), ['release.json', `${planText}\n`]]);
  for (const [path, text] of [...files, ...generateFiles(files).files]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
