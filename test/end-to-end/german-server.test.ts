import { readdirSync } from 'node:fs';
import { fieldCases } from './field-cases.ts';
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

const ownRefusal = fieldCases('').filter(({ file }) => file.startsWith('23-'));

(installed ? it.each : it.skip.each)([...ownRefusal, ...fieldCases('german')])(
  '$file',
  async ({ prepare, exitCode, text }) => {
    const played = await stage.play({ prepare });
    await expect(stage.query('select from nowhere')).rejects.toThrow('FEHLER');
    expect([played.ending.exitCode, shown(played)]).toEqual([exitCode, expect.stringContaining(text)]);
    expect(played.after).toBe(played.before);
  },
);
