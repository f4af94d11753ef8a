import { uninterrupted } from '../../../cli/execution/uninterrupted.ts';
import { createTerminal } from '../../../cli/screen/terminal.ts';

const run = { run: '0123456789ab', objects: 43, sealed: false, since: '2026-06-03T10:15:00Z' };
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a rollback that is told to end before or after it begins: what was said, and how often a listener is left. */
function told(signal: NodeJS.Signals, when: 'before' | 'after') {
  const terminal = createTerminal({ json: false });
  const said: string[] = [];
  jest.spyOn(terminal, 'alert').mockImplementation((text) => void said.push(text));
  const ended = uninterrupted(run, 'directus', terminal, (begin) => {
    if (when === 'after') begin();
    for (const _twice of [1, 2]) process.emit(signal);
    if (when === 'before') begin();
    return Promise.resolve('undone');
  });
  return { ended, said };
}

test.each(signals)(
  '%s before a rollback has begun: nothing is undone, and the run is said to stand',
  async (signal) => {
    const { ended, said } = told(signal, 'before');
    await expect(ended).rejects.toThrow(
      'Nothing was undone: run 0123456789ab is in directus, applying since 2026-06-03T10:15:00Z. Start this command again',
    );
    expect(said).toEqual([expect.stringContaining('before the rollback begins')]);
  },
);

test.each(signals)('%s while a rollback runs: it goes on to its end, and that is said once', async (signal) => {
  const { ended, said } = told(signal, 'after');
  expect(await ended).toBe('undone');
  expect(said).toEqual([expect.stringContaining('not cut short')]);
});

test('afterwards the signals are the process’s own again', async () => {
  const before = signals.map((signal) => process.listenerCount(signal));
  for (const when of ['before', 'after'] as const) await told('SIGINT', when).ended.catch(() => undefined);
  expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
});
