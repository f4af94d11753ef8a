import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { isCode } from '../../core/package/approval-code.ts';
import { describePackage } from '../../core/package/package.ts';
import { psqlVariables } from '../../core/package/plan.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { synthesizeRelease } from '../../lib/house/synthesize.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { startPostgres, type PostgresServer } from '../../local/postgres/server.ts';
import { DocumentStore } from '../../local/ssm/document-store.ts';
import { prepareScript } from '../../local/ssm/parameters.ts';
import { hostileStrings } from './fuzz.ts';

const packageDirectory = join(__dirname, '../../sql');
const strings = hostileStrings(10_000, 20260603);
/** What a value may be; all else has to be refused. */
const legal = /^APR-[A-Z0-9]+(-[A-Z0-9]+){0,7}$/;
const isLegal = (text: string) => legal.test(text) && text.length <= 64 && !text.endsWith('\n');
const released = describePackage(readPackageFiles(packageDirectory));
const form = released.plan.approval.code;

it('are 10,000 strings, and more than nine tenths of them hostile', () => {
  expect(new Set(strings).size).toBeGreaterThan(8_000);
  expect(strings.filter((text) => !isLegal(text)).length).toBeGreaterThan(9_000);
});

it('no hostile APR passes the approver’s check', () => {
  expect(strings.filter((text) => isCode(form, text) && !isLegal(text))).toEqual([]);
});

describe('SSM’s pattern', () => {
  const store = new DocumentStore();
  const good = { runId: '0a1b2c3d4e5f', startBy: '2026-06-03T10:15:00.000Z', sha256: 'a'.repeat(64) };
  for (const { name, content } of synthesizeRelease({ packageDirectory }).documents) store.put(name, content);

  function accepts(document: string, values: Record<string, string>): boolean {
    try {
      const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
      prepareScript(store.get(document), given);
      return true;
    } catch {
      return false;
    }
  }

  it.each(['runId', 'startBy', 'sha256', 'ratifiedApr'] as const)('of %s lets no hostile value through', (name) => {
    const document = store.list().find((stored) => stored.name.endsWith('tier-3'))?.name ?? '';
    const base = { ...good, ratifiedApr: 'APR-A-1' };
    expect(accepts(document, base)).toBe(true);
    const through = strings.filter((text) => accepts(document, { ...base, [name]: text }));
    // A final line end passes SSM's own patterns ($ is Java's); the wrapper is the one that refuses it.
    expect(through.filter((text) => name !== 'ratifiedApr' || !isLegal(text.replace(/\r?\n$/, '')))).toEqual([]);
  });

  it.each(['undoReleased', 'overrideChangedRows'] as const)('of %s lets no hostile value through', (name) => {
    const document = store.list().find((stored) => stored.name.endsWith('undo'))?.name ?? '';
    expect(accepts(document, { ...good, [name]: '0a1b2c3d4e5f' })).toBe(true);
    const through = strings.filter((text) => text !== '' && accepts(document, { ...good, [name]: text }));
    // As above: a lone line end is the wrapper's to refuse.
    expect(through.filter((text) => text.replace(/\r?\n$/, '') !== '')).toEqual([]);
  });
});

/** Runs the wrapper once a value in one shell, with a `docker` that only says that it was called. */
function throughWrapper(parameter: string, values: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-fuzz-'));
  const fixed = 'SSM_runId=0a1b2c3d4e5f SSM_startBy=2026-06-03T10:15:00.000Z SSM_sha256=aa SSM_ratifiedApr=APR-A-1';
  const assignments = [
    'container',
    'script',
    'file',
    'prelude_bytes',
    'seconds',
    'proof',
    'mutating',
    'options',
    'payload',
  ];
  writeFileSync(join(folder, 'wrapper'), assignments.map((name) => `one_roof_${name}=x\n`).join('') + released.wrapper);
  values.forEach((value, index) => writeFileSync(join(folder, `v${index}`), value.replaceAll('\0', '\u0001')));
  const driver = `cd "$1"; n=0
    while [ $n -lt ${values.length} ]; do
      v=$(cat v$n; printf x); v=\${v%x}
      ( docker() { printf 'CALLED %s\\n' "$n"; }; ${fixed}; SSM_${parameter}=$v; . ./wrapper ) </dev/null
      n=$((n + 1))
    done`;
  const { stdout } = spawnSync('sh', ['-c', driver, 'sh', folder], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const touched = existsSync(join(folder, 'pwned'));
  rmSync(folder, { recursive: true });
  expect(touched).toBe(false);
  const called = [...stdout.matchAll(/^CALLED (\d+)$/gm)].map(([, index]) => values[Number(index)] ?? '');
  // "|" hides psql's output; what is left must be the wrapper's own lines only.
  expect(stdout.split('\n').filter((line) => line !== '' && !/^(CALLED \d+|one-roof note .*)$/.test(line))).toEqual([]);
  return called;
}

describe('the wrapper, when SSM lets everything through,', () => {
  const some = [
    ...strings.slice(0, 1_500).map((text) => text.slice(0, 2_000)),
    '$(touch pwned)',
    '`touch pwned`',
    "';touch pwned;'",
  ];

  it.each(['runId', 'startBy', 'sha256', 'ratifiedApr', 'undoReleased', 'overrideChangedRows'])(
    'calls docker for no hostile %s',
    (parameter) => {
      const called = throughWrapper(
        parameter,
        some.slice(0, parameter === 'ratifiedApr' ? some.length : 300).concat(some.slice(-3)),
      );
      const plain = { ratifiedApr: /^[A-Za-z0-9._-]{0,64}$/, startBy: /^[0-9TZ:.-]+$/ }[parameter] ?? /^[0-9a-f]*$/;
      expect(called.filter((text) => !plain.test(text))).toEqual([]);
    },
  );
});

describe('the SQL, when everything before it lets everything through,', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await buildFixture(server);
  });
  afterAll(() => server.stop());

  it('refuses every hostile APR and executes none', async () => {
    const text = released.scripts.find(({ script }) => script.id === 'tier-3')?.text ?? '';
    const [approval = ''] = /^do \$approval\$[\s\S]*?^end \$approval\$;$/m.exec(text) ?? [];
    expect(approval).toContain('raise exception');
    const client = new Client({ connectionString: server.url('directus') });
    await client.connect();
    for (const [name, value] of Object.entries(psqlVariables(released.plan)))
      await client.query('select set_config($1, $2, false)', [`one_roof.${name}`, value]);
    await client.query('create temp table fuzz (apr text)');
    const given = strings.map((one) => one.replaceAll('\0', '').slice(0, 20_000));
    await client.query('insert into fuzz select unnest($1::text[])', [given]);
    await client.query('create temp table answered (apr text, message text)');
    await client.query("select set_config('fuzz.block', $1, false)", [approval]);
    await client.query(`do $fuzz$ declare one text; begin
      for one in select apr from fuzz loop
        begin
          perform set_config('one_roof.ratified_apr', one, false);
          execute current_setting('fuzz.block');
          insert into answered values (one, null);
        exception when others then insert into answered values (one, left(sqlerrm, 40));
        end;
      end loop; end $fuzz$`);
    const { rows } = await client.query<{ apr: string; message: string | null }>('select * from answered');
    await client.end();
    expect(rows).toHaveLength(given.length);
    const passed = rows.filter(({ message }) => message === null);
    const messages = new Set(rows.map(({ message }) => message ?? ''));
    expect(passed).toEqual([]);
    expect([...messages].filter((message) => !message.startsWith('REFUSING: '))).toEqual([]);
  });
});

it('no parameter is ever pasted into a document’s text', () => {
  for (const { content } of synthesizeRelease({ packageDirectory }).documents)
    expect(JSON.stringify(content)).not.toMatch(/\{\{ *\w+ *\}\}/);
  for (const file of ['runner/wrapper.sh', 'runner/inside.sh'])
    expect(readFileSync(join(packageDirectory, file), 'utf8')).not.toContain('eval');
});
