import { definitionOf, reachableFrom, synthesized } from '../synthesized.ts';

const { StartAt, States, TimeoutSeconds } = definitionOf('rehearsal');
const tasks = Object.entries(States).filter(([, { Type }]) => Type === 'Task');

test('every state of the rehearsal can be reached', () => {
  expect([...reachableFrom({ StartAt, States, TimeoutSeconds, Comment: '' }, StartAt)].sort()).toEqual(
    Object.keys(States).sort(),
  );
});

test('whatever goes wrong, the clone is dropped, and what it came to is recorded', () => {
  for (const [name, { Catch = [] }] of tasks) {
    const next = name === 'Drop clone' ? 'Record' : name === 'Record' ? 'Not recorded' : 'Drop clone';
    expect([name, Catch]).toEqual([name, [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: next }]]);
  }
});

test('only the drop is repeated; a tier is not, on the clone either', () => {
  const repeated = tasks.filter(([, { Retry = [] }]) =>
    Retry.some(({ ErrorEquals }) => ErrorEquals[0] === 'States.ALL'),
  );
  expect(repeated.map(([name]) => name)).toEqual(['Drop clone']);
});

test('the machine outlives everything that it can have to wait for', () => {
  const seconds = (name: string) => States[name]?.TimeoutSeconds ?? 0;
  const total = tasks.reduce((sum, [, { TimeoutSeconds: task = 0 }]) => sum + task, 0);
  expect(TimeoutSeconds).toBeGreaterThan(total + 14 * seconds('Rehearse forward') + 2 * seconds('Drop clone'));
});

test('no function of the rehearsal may send a script of the release to production', () => {
  const sent = synthesized().functions.flatMap(({ handler, environment }) => {
    const { SCRIPTS } = environment;
    const rehearses = /^(check-disk|clone|rehearse-|check-clone|refuse-|drop-clone)/.test(handler);
    return rehearses && typeof SCRIPTS === 'string' ? (JSON.parse(SCRIPTS) as { document: string }[]) : [];
  });
  expect(sent.length).toBeGreaterThan(20);
  for (const { document } of sent) expect(document).toMatch(/^one-roof-rehearsal-/);
});
