import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { createLiveScreen } from '../../../cli/screen/live-screen.ts';
import { colours, createTerminal } from '../../../cli/screen/terminal.ts';
import { oneRoof } from '../stage.ts';

/** What acts on a terminal or hides in a text: one of each kind. */
const acting = [
  '\u001b[2K\r',
  '\u0008\u0008',
  '\u009b31m',
  '\u0085',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u061c',
  '\u180e',
  '\u2028',
  '\u3164',
  '\u{e0041}',
  '\ud800',
];
const raw = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

test('a name in the database that would paint READY over BLOCKED is shown with its escapes', async () => {
  const server: PostgresServer = await startPostgres();
  try {
    await buildFixture(server, { database: 'directus' });
    const name = acting.slice(0, -1).join('') + '\u001b[1A\r\nGATE: READY';
    const sql = `insert into public.collection_registry (code, collection_name, name, "group", governance_role, species,
      coverage_status, coverage_scope_status, date_created) select 'COL-900', '${name}', 'x', 'GRP-AI', 'governed',
      'collection', 'BIRTH_REQUIRED', 'IN_SCOPE', now();`;
    const inserted = await runPsql(server, { database: 'directus', sql });
    expect(inserted).toMatchObject({ exitCode: 0 });
    const url = ['--url', server.url('directus')];
    for (const flags of [[], ['--json']]) {
      const said = await oneRoof('gate', ...url, ...flags);
      expect(said).toMatchObject({ exitCode: 10 });
      expect(said.stdout + said.stderr).toContain('\\u001b[2K');
      expect((said.stdout + said.stderr).replaceAll('\n', '')).not.toMatch(raw);
      expect(said.stdout + said.stderr).not.toMatch(/^GATE: READY/m);
    }
    const run = await oneRoof('run', ...url, '--apr', 'APR-BOOT-AUTHMODEL-1', '--report-dir', server.socketDirectory);
    expect(run.exitCode).toBe(10);
    expect(run.stderr).toContain('Check gate');
    expect((run.stdout + run.stderr).replaceAll('\n', '')).not.toMatch(raw);
    expect(run.stdout + run.stderr).not.toMatch(/^GATE: READY/m);
  } finally {
    await server.stop();
  }
});

test.each(acting.map((text) => [JSON.stringify(text), text]))('%s reaches no stream raw', (_name, text) => {
  let written = '';
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((piece) => {
      written += String(piece);
      return true;
    }),
  );
  const terminal = createTerminal({ json: false });
  for (const name of ['data', 'progress', 'alert'] as const) terminal[name](`name ${text} of a table`);
  terminal.data(colours(true).red(text));
  for (const spy of spies) spy.mockRestore();
  expect(written.replaceAll(/\u001b\[(31|39)m/g, '').replaceAll('\n', '')).not.toMatch(raw);
  let drawn = '';
  createLiveScreen({ columns: 80, rows: 24, write: (piece) => (drawn += piece) }).draw([`a ${text} b`]);
  expect(drawn.slice('\u001b[?25l\r'.length).replace('\u001b[K\n', '')).not.toMatch(raw);
});

test('our own colours reach the terminal, and a text that names their mark does not make any', () => {
  let written = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((piece) => ((written += String(piece)), true));
  createTerminal({ json: false }).data(`${colours(true).green('READY')} ${colours(false).green('plain')}`);
  spy.mockRestore();
  expect(written).toBe('\u001b[32mREADY\u001b[39m plain\n');
});
