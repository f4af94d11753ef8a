import { gunzipSync } from 'node:zlib';
import { documentDigest, renderDocument, scriptDigest } from '../../../core/command/document.ts';
import { PackageInvalid } from '../../../core/base/errors.ts';
import { scriptTimeouts } from '../../../core/command/timeouts.ts';
import {
  describeScript,
  packagedScripts,
  plan,
  prelude,
  render,
  wrapper,
  type TestScript,
} from '../../local/ssm/stage.ts';

const sql = "do $$ begin raise exception 'x'; end $$;\nselect '{{ ssm:secret }}';\n";
const example: TestScript = { sql, parameters: ['ratifiedApr'], mutates: true };
const lines = (given: TestScript = example) => render('tier-3', given).mainSteps[0].inputs.runCommand;
const assigned = (name: string) => lines().find((line) => line.startsWith(`one_roof_${name}=`));

it('carries prelude and script, byte by byte', () => {
  const payload = /'(.*)'/.exec(assigned('payload') ?? '')?.[1] ?? '';
  expect(gunzipSync(Buffer.from(payload, 'base64')).toString()).toBe(prelude + sql);
  expect(assigned('prelude_bytes')).toBe(`one_roof_prelude_bytes='${Buffer.byteLength(prelude)}'`);
});

it('is the same on every machine and at every time', () => {
  const payload = Buffer.from(/'(.*)'/.exec(assigned('payload') ?? '')?.[1] ?? '', 'base64');
  expect([...payload.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  expect(render('tier-3', example)).toEqual(render('tier-3', example));
});

it('holds nothing that the agent would replace', () => {
  const text = lines().join('\n');
  expect(text).not.toContain('{{');
  expect(text).not.toContain('$$');
});

it('begins with the shell it is written for', () => {
  expect(lines()[0]).toBe('#!/bin/sh');
});

it('has a whole number of seconds, as text, that the agent accepts', () => {
  const { timeoutSeconds } = render('tier-3', example).mainSteps[0].inputs;
  expect(timeoutSeconds).toBe(String(scriptTimeouts(20, 5).execution));
  expect(Number(timeoutSeconds)).toBeGreaterThanOrEqual(5);
});

describe('parameters', () => {
  it('are only those the script declares', () => {
    expect(Object.keys(render('tier-3', example).parameters)).toEqual(['runId', 'startBy', 'sha256', 'ratifiedApr']);
    expect(Object.keys(render('tier-4', { sql }).parameters)).toEqual(['runId', 'startBy', 'sha256']);
  });

  const good: Record<string, string[]> = {
    runId: ['0a1b2c3d4e5f'],
    startBy: ['2026-06-03T10:15:00.000Z'],
    sha256: ['0'.repeat(64)],
    ratifiedApr: ['APR-BOOT-AUTHMODEL-1', 'APR-1', 'APR-A-B-C-D-E-F-G-H'],
    undoReleased: ['', '0a1b2c3d4e5f'],
    overrideChangedRows: ['', '0a1b2c3d4e5f'],
  };
  const bad = [
    'x',
    'APR-',
    'APR-a',
    'APR-1 ',
    ' APR-1',
    '0A1B2C3D4E5F',
    '2026-06-03T10:15:00Z',
    '$(x)',
    "'",
    '{{ssm:x}}',
  ];
  const all = render('undo', { sql, parameters: ['ratifiedApr', 'undoReleased', 'overrideChangedRows'] }).parameters;

  it.each(Object.keys(good))('%s is exported, not pasted, and its pattern is anchored', (name) => {
    const parameter = all[name];
    expect(parameter?.interpolationType).toBe('ENV_VAR');
    const pattern = parameter?.allowedPattern ?? '';
    expect(pattern).toMatch(/^\^.*\$$/);
    for (const value of good[name] ?? []) expect(value).toMatch(new RegExp(pattern));
    for (const value of bad) expect(value).not.toMatch(new RegExp(pattern));
    for (const value of good[name] ?? []) expect(`${value}\nx`).not.toMatch(new RegExp(pattern));
  });

  it('an APR has at most 64 characters', () => {
    expect(all.ratifiedApr?.maxChars).toBe(64);
  });
});

describe('refuses at synth', () => {
  it('a script whose application_name PostgreSQL would cut', () => {
    expect(() => render('a'.repeat(41), { sql })).not.toThrow();
    expect(() => render('a'.repeat(42), { sql })).toThrow(/application_name has 64 bytes/);
  });

  const noise = (digests: number) =>
    Array.from({ length: digests }, (_, index) => scriptDigest(String(index), '')).join('');

  it('content above 48 KB', () => {
    expect(() => render('tier-3', { sql: noise(6_000) })).toThrow(PackageInvalid);
    expect(() => render('tier-3', { sql: noise(1_000) })).toThrow(PackageInvalid);
  });

  it('content of the trial above 60 KB', () => {
    expect(() => render('trial', { sql: noise(1_000) })).not.toThrow();
    expect(() => render('trial', { sql: noise(1_400) })).toThrow(PackageInvalid);
  });

  it('a proof that grep would read differently', () => {
    expect(() => render('tier-3', { sql, proof: '^(?:a|b)$' })).toThrow(PackageInvalid);
  });

  it('a container name that would leave its line', () => {
    const script = describeScript('tier-3', { sql });
    const target = { container: 'post\ngres', database: 'directus', user: 'x' };
    const input = {
      plan,
      script,
      prelude,
      scriptText: sql,
      lineMap: '',
      wrapper,
      target,
      timeouts: scriptTimeouts(20, 5),
    };
    expect(() => renderDocument(input)).toThrow(PackageInvalid);
  });
});

it('quotes what it bakes in', () => {
  const script = describeScript('tier-3', { sql });
  const target = { container: "o'brien; $(x)", database: 'directus', user: 'x' };
  const content = renderDocument({
    plan,
    script,
    prelude,
    scriptText: sql,
    lineMap: '',
    wrapper,
    target,
    timeouts: scriptTimeouts(20, 5),
  });
  expect(content.mainSteps[0].inputs.runCommand[1]).toBe(String.raw`one_roof_container='o'\''brien; $(x)'`);
});

it('has a digest that does not depend on the order of keys', () => {
  expect(documentDigest({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(documentDigest({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(documentDigest(render('tier-3', example))).not.toBe(
    documentDigest(render('tier-3', { ...example, sql: `${sql} ` })),
  );
});

it.each(packagedScripts)('the document of $script.id fits', ({ script, text, lineMap }) => {
  const target = { container: 'postgres', database: plan.database, user: plan.writer };
  const timeouts = scriptTimeouts(script.seconds, 45);
  const input = { plan, script, prelude, scriptText: text, lineMap, wrapper, target, timeouts };
  expect(() => renderDocument(input)).not.toThrow();
});
