import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allRules } from '../../check/all-rules.ts';
import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';

describe('the rules of one-roof check', () => {
  it('are 60, one file each, with ids of their own that are the names of their files', () => {
    const files = readdirSync(join(__dirname, '../../check/rules')).map((name) => name.replace(/\.ts$/, ''));
    expect(allRules.map(({ id }) => id).sort()).toEqual(files.sort());
    expect(new Set(allRules.map(({ id }) => id)).size).toBe(allRules.length);
    // A rule that is lost with its file is missed here only: whoever adds or removes one says so.
    expect(allRules).toHaveLength(60);
  });

  it.each(allRules)('$id passes its good example', async ({ good }) => {
    expect(await checkPackage(examplePackage(good))).toEqual([]);
  });

  it.each(allRules)('$id, and no other rule, finds its bad example, with file, line and fix', async (rule) => {
    const findings = await checkPackage(examplePackage(rule.bad));
    expect(findings.length).toBeGreaterThan(0);
    expect(new Set(findings.map((finding) => finding.rule))).toEqual(new Set([rule.id]));
    const lines = (examplePackage(rule.bad).get(findings[0]?.file ?? '') ?? '').split('\n').length;
    for (const { line, message, fix } of findings) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(message).not.toBe('');
      expect(fix).toBe(rule.fix);
    }
  });
});
