import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as executionErrors from '../../aws/execution-errors.ts';
import { update } from '../../cli/commands/update.ts';
import { engineBlockers } from '../../core/gate/engine-blockers.ts';
import { exitCodes } from '../../core/base/exit-codes.ts';
import * as errors from '../../core/base/errors.ts';
import { definitionOf, packageDirectory, synthesized } from '../lib/synthesized.ts';
import { testedMajors } from '../../core/gate/server-version.ts';
import { updateDocuments } from '../../tools/documents/update-documents.ts';
import { anchorsOf, documentedCommands, documents, project, textOf } from './documents.ts';
import { ruleFor, rules } from './rules.ts';

const runbook = textOf('docs/operator.md');
const headings = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
const section = (heading: string) => runbook.split(/^(?=#+ )/m).find((part) => part.includes(` ${heading}\n`)) ?? '';

const alarms = Object.values(synthesized().template.Resources)
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => String(Properties['AlarmDescription']));

test.each(alarms)('the runbook has the section that an alarm names: %s', (description) => {
  const [, heading, document = '', anchor = ''] = /^(.*)\. What to do: (docs\/\S+)#(\S+)$/.exec(description) ?? [];
  expect(headings).toContain(heading);
  expect(anchorsOf(document)).toContain(anchor);
});

test('the section that a last state names is there', () => {
  const causes = (['release', 'rollback'] as const).flatMap((machine) =>
    Object.values(definitionOf(machine).States).flatMap(({ Cause }) => Cause ?? []),
  );
  const named = causes.flatMap((cause) => /docs\/operator\.md, "(.*?)"/.exec(cause)?.[1] ?? []);
  expect(named.length).toBeGreaterThan(1);
  for (const heading of named) expect(headings).toContain(heading);
});

test('the runbook has the eight sections of the original, in its order', () => {
  const numbered = headings.filter((heading) => /^[0-9]/.test(heading ?? ''));
  expect(numbered.map((heading) => heading?.replace(/:.*/, ''))).toEqual(
    ['PRE-CHECK', 'EXECUTE', 'PASS looks like', 'FAIL', 'ROLLBACK', 'POST', 'STOP', 'DO NOT'].map(
      (name, index) => `${index + 1}. ${name}`,
    ),
  );
  for (const heading of numbered.slice(0, -1)) expect(section(heading ?? '')).toMatch(/console/i);
});

const ownBlockers = Object.keys(engineBlockers).map((name) => `${name};`);
const found = textOf('sql/gate_monitor/gate_check.sql').matchAll(/'([a-z_]+(?:<>|<)?\w*;)'/g);
const packageBlockers = [...new Set([...found].map(([, code = '']) => code))];
const blockers = [...ownBlockers, ...packageBlockers, 'db<>directus;', 'gap<>210;'];

test('there are blockers to look for', () => {
  expect(ownBlockers.length).toBeGreaterThanOrEqual(7);
  expect(packageBlockers.length).toBeGreaterThanOrEqual(8);
});

test.each(blockers)('the runbook says what to do about %s', (code) => {
  expect(section('1. PRE-CHECK: is the gate open?')).toMatch(
    new RegExp(`^\\| \`${code.replaceAll('<', '\\<')}\` \\| .{5,} \\| .{5,} \\|$`, 'm'),
  );
});

const errorNames = [...Object.keys(errors), ...Object.keys(executionErrors)].filter(
  (name) => /^[A-Z]/.test(name) && name !== 'ReleaseError',
);

test.each(errorNames)('the runbook says what %s means and what to do', (name) => {
  expect(section('Errors')).toMatch(new RegExp(`^\\| \`${name}\` \\| .{5,} \\| .{5,} \\|$`, 'm'));
});

test('what is generated in the documents is what the code says now', async () => {
  // CDK's warnings go to stderr, but jest writes console.error to stdout when it runs one file alone.
  const warned = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const printed = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const stale = (await update({ check: true, package: packageDirectory })) + updateDocuments(project, { check: true });
  const said = printed.mock.calls.join('');
  printed.mockRestore();
  warned.mockRestore();
  expect(said).toBe('Everything generated is up to date.\n'.repeat(2));
  expect(stale).toBe(0);
  expect(textOf('docs/auditor.md')).toContain(
    '| `states:RedriveExecution` | **denied** | **denied** | **denied** | – |',
  );
});

/** `npm run bench` writes this file, so a checkout may lack it. */
const written = '../tools/bench/results.md';

test.each([...documents, 'CONTRIBUTING.md'])('%s: every link leads somewhere', (document) => {
  for (const [, target = ''] of textOf(document).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target) || target === written) continue;
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? document : join(dirname(document), file);
    expect([target, existsSync(join(project, found))]).toEqual([target, true]);
    if (anchor !== undefined) expect([target, anchorsOf(found).has(anchor)]).toEqual([target, true]);
  }
});

/** Files that a document tells its reader to create. */
const created = /^sql\/prod\/7\d_example\.sql$/;

test.each(documents)('%s: every path of this repository that it names is there', (document) => {
  const folders = 'aws|bin|check|cli|core|disk|docs|lambdas|lib|local|sql|test|tools|\\.ci';
  const named = [...textOf(document).matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g'))];
  const missing = named.flatMap(([, path = '']) =>
    existsSync(join(project, path)) || created.test(path) ? [] : [path],
  );
  expect(missing).toEqual([]);
});

test('the README says what is in every folder', () => {
  const ignored = new Set(['node_modules', 'cdk.out', 'coverage', 'docs']);
  const foldersIn = (folder: string) =>
    readdirSync(join(project, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.has(entry.name))
      .map(({ name }) => name);
  const rows = textOf('README.md').split('\n');
  const described = (name: string) => rows.some((row) => row.startsWith('| `') && row.includes(`\`${name}/`));
  expect([...foldersIn('.'), ...foldersIn('core')].filter((name) => !described(name))).toEqual([]);
});

test.each(documentedCommands)('$document: it is known how to treat: $command', ({ command }) => {
  expect(ruleFor(command)).toBeDefined();
});

test.each(rules.map(([pattern]) => pattern))('there still is a command for the rule %s', (pattern) => {
  expect(documentedCommands.some(({ command }) => ruleFor(command)?.[0] === pattern)).toBe(true);
});

test('the server is asked for the PostgreSQL versions that everything else asks for', () => {
  const { first, last } = testedMajors;
  expect(textOf('docs/deploy.md')).toContain(`PostgreSQL ${first} to ${last} in the container`);
});

test('what .ci/run is said to run it does run', () => {
  const ci = textOf('.ci/run').replace('npm run -s demo', 'npm run demo');
  for (const { command } of documentedCommands) {
    const treatment = ruleFor(command)?.[1] ?? {};
    if ('inCi' in treatment) expect(ci).toContain(command);
  }
});

test('the runbook explains every exit code of a release, and no other', () => {
  const [table = ''] = /^\| exit \|.*\n(\|.*\n)+/m.exec(runbook) ?? [];
  const explained = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  const { usage: _never, ...ofRelease } = exitCodes;
  expect(explained).toEqual(Object.values(ofRelease));
});
