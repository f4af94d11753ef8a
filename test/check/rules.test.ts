import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { allRules } from '../../check/all-rules.ts';
import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';
import type { Rule } from '../../check/rule.ts';

/** The ids of the rules that a file of check/rules exports, alone or as a table. */
async function idsMadeBy(name: string): Promise<string[]> {
  const exported = (await import(`../../check/rules/${name}.ts`)) as Record<string, Rule | readonly Rule[]>;
  return Object.values(exported)
    .flat()
    .map(({ id }) => id);
}

describe('the rules of one-roof check', () => {
  it('are all that the files of check/rules make, each once, in files named after them', async () => {
    const names = readdirSync(join(__dirname, '../../check/rules')).map((name) => name.replace(/\.ts$/, ''));
    const made = await Promise.all(names.map(async (name): Promise<string[]> => [name, ...(await idsMadeBy(name))]));
    for (const [name, ...ids] of made) if (name !== 'forbidden') expect(ids).toEqual([name]);
    expect(allRules.map(({ id }) => id).sort()).toEqual(made.flatMap(([, ...ids]) => ids).sort());
    // A rule that is lost with its file or its row is missed here only: whoever adds or removes one says so.
    expect(new Set(allRules.map(({ id }) => id)).size).toBe(66);
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
