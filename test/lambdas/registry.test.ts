import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSchemas, type HandlerName } from '../../core/base/environment.ts';
import { createTestPorts } from '../core/ports.ts';
import { bindHandler } from '../../local/functions/handlers.ts';
import { cachedRelease } from '../../local/driver/cached-release.ts';
import { packageDirectory } from '../lib/synthesized.ts';

const folder = join(__dirname, '../../lambdas');
const names = Object.keys(environmentSchemas) as HandlerName[];
const unused = () => Promise.reject(new Error('not used here'));
const ports = {
  ...createTestPorts(),
  executions: { newest: unused, enteredStates: unused, stopCause: unused },
  standing: { standing: unused },
  notifier: { notify: unused },
};

test('the registry names every handler file, and nothing else', () => {
  const files = readdirSync(folder).filter((file) => file !== 'bind.ts' && file !== 'page');
  expect(files.sort()).toEqual(names.map((name) => `${name}.ts`).sort());
});

test('the stack has a function for every handler of the registry', () => {
  const settings = { approverEmail: 'owner@example.org' };
  const { functions } = cachedRelease({ packageDirectory, settings });
  expect([...new Set(functions.map(({ handler }) => handler))].sort()).toEqual([...names].sort());
});

test.each(names)('%s is bound under its own name, and asks for its variables at the first call only', async (name) => {
  expect(readFileSync(join(folder, `${name}.ts`), 'utf8')).toContain(`bind(environmentSchemas['${name}'], `);
  await expect(bindHandler(name, {}, ports)({})).rejects.toThrow('This function cannot start');
});
