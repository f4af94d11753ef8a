import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStage, type Played, type Stage } from './stage.ts';

/*
 * A server that speaks another language than English. Our servers have the locale C.UTF-8, for which gettext reads LANGUAGE:
 * so nothing has to be installed but PostgreSQL's own catalogue.
 */
const catalogues = '/usr/share/locale/de/LC_MESSAGES';
const installed = (() => {
  try {
    return readdirSync(catalogues).some((name) => name.startsWith('postgres-'));
  } catch {
    return false;
  }
})();
if (!installed) console.log(`skipped: PostgreSQL's German messages are not in ${catalogues}`);

const language = process.env['LANGUAGE'];
let stage: Stage;
beforeAll(async () => {
  process.env['LANGUAGE'] = 'de';
  stage = await openStage();
});
afterAll(async () => {
  if (language === undefined) delete process.env['LANGUAGE'];
  else process.env['LANGUAGE'] = language;
  await stage.stop();
});
afterEach(() => stage.query('alter role context_pack_readonly connection limit -1'));

/** What a person reads of it. */
const shown = ({ ending, state: { gate, error } }: Played): string =>
  [ending.headline, ...(gate?.explanations ?? []), error?.Cause].join('\n');

const caseOf = (file: string) => readFileSync(join(__dirname, 'cases', file), 'utf8');

(installed ? it.each : it.skip.each)([
  [
    'a refusal of our own SQL',
    caseOf('23-german-server.sql'),
    'REFUSING: 30 seed rows are not stored as they were written',
  ],
  [
    'an error of the server’s',
    'alter table public.governance_object_ownership add constraint nobody_new check (created_by is null) not valid;',
    'SQLSTATE 23514 in prod/30_ownership_seed.sql:',
  ],
  ['a login that is refused', caseOf('37-reader-no-connections.sql'), 'FATAL:  zu viele Verbindungen'],
])('%s is found in what it says', async (_, prepare, text) => {
  const played = await stage.play({ prepare });
  await expect(stage.query('select from nowhere')).rejects.toThrow('FEHLER');
  expect([played.ending.exitCode, shown(played)]).toEqual([10, expect.stringContaining(text)]);
  expect(played.after).toBe(played.before);
});
