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
  const real = stage.server.bin;
  symlinkSync(join(real, 'psql'), join(bin, 'psql'));
  const sets = String.raw`s/^SET idle_in_transaction_session_timeout = 0;$/&\nSET transaction_timeout = 0;/`;
  writeFileSync(join(bin, 'pg_dump'), `#!/bin/sh\n"${real}/pg_dump" "$@" | sed '${sets}'\n`);
  chmodSync(join(bin, 'pg_dump'), 0o755);
  return bin;
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
  const { evidenceFolder } = stage;
  const packageDirectory = changedPackage('rehearsal/prepare_clone.sql', last, kept + last);
  const runtime = await startRuntime({
    server: { ...stage.server, bin: newerTools() },
    packageDirectory,
    evidenceFolder,
    notifier: { notify: () => Promise.resolve() },
  });
  const { result, summary } = await rehearse(runtime);
  await runtime.stop();
  rmSync(packageDirectory, { recursive: true, force: true });
  expect([result, summary.reason]).toEqual(['passed', '']);
  expect(await stage.left()).toBe('');
});
