import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRuntime } from '../../../local/driver/runtime.ts';
import { changedPackage, openStage, rehearse, type Stage } from './stage.ts';

let stage: Stage;
const bin = mkdtempSync(join(tmpdir(), 'one-roof-tools-'));
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.stop();
  rmSync(bin, { recursive: true, force: true });
});

/** The tools of this server, with a pg_dump that sets what no server of these tests knows, as that of 17 does for 16. */
function newerTools(): string {
  const sets = String.raw`s/^SET idle_in_transaction_session_timeout = 0;$/&\nSET transaction_timeout = 0;/`;
  return tools(`"${stage.server.bin}/pg_dump" "$@" | sed '${sets}'`);
}

/** The tools of this server, with this text of shell as its pg_dump. */
function tools(dump: string): string {
  const folder = mkdtempSync(join(bin, 't-'));
  chmodSync(folder, 0o755);
  symlinkSync(join(stage.server.bin, 'psql'), join(folder, 'psql'));
  writeFileSync(join(folder, 'pg_dump'), `#!/bin/sh\n${dump}\n`);
  chmodSync(join(folder, 'pg_dump'), 0o755);
  return folder;
}

/** Rehearses with the tools in a folder. */
async function rehearseWith(folder: string, packageDirectory: string) {
  const runtime = await startRuntime({
    server: { ...stage.server, bin: folder },
    packageDirectory,
    evidenceFolder: stage.evidenceFolder,
    notifier: { notify: () => Promise.resolve() },
  });
  try {
    return await rehearse(runtime);
  } finally {
    await runtime.stop();
  }
}

const rows = ['SET transaction_timeout = 0;', 'SET client_encoding = 1;', String.raw`back\slash`, ' and space '];
const kept = `do $kept$
begin
  if (select array_agg(line order by place) from public.notes) is distinct from array[${rows.map((row) => `'${row}'`).join()}] then
    raise exception 'REFUSING: the copy has %', (select array_agg(line order by place) from public.notes);
  end if;
end $kept$;
`;
const last = "select format('prepare_clone";

test('a dump by newer client tools is restored on an older server, every row of it', async () => {
  const values = rows.map((row, place) => `('${row}', ${place})`).join();
  await stage.query(
    `create table public.notes (line text, place integer); insert into public.notes values ${values};`,
    'directus',
  );
  const packageDirectory = changedPackage('rehearsal/prepare_clone.sql', last, kept + last);
  const { result, summary } = await rehearseWith(newerTools(), packageDirectory);
  rmSync(packageDirectory, { recursive: true, force: true });
  expect([result, summary.reason]).toEqual(['passed', '']);
  expect(await stage.left()).toBe('');
});

test.each(['15.13', '16.9 (Debian 16.9-1.pgdg120+1)', '17.5', '14.20', 'of nobody knows which version'])(
  'a pg_dump %s, which runs what a name holds behind a line break, copies nothing',
  async (version) => {
    const folder = tools(`echo 'pg_dump (PostgreSQL) ${version}'`);
    const { result, summary } = await rehearseWith(folder, join(__dirname, '../../../sql'));
    expect([result, summary.reason]).toEqual(['refused', expect.stringContaining(`"pg_dump (PostgreSQL) ${version}"`)]);
    expect(await stage.left()).toBe('');
  },
);
