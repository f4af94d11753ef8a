import { allScripts } from '../../core/package/plan.ts';
import type { Problem, Rule } from '../rule.ts';
import { examplePlan } from '../example-plan.ts';

const planWith = (file: string): string =>
  JSON.stringify(
    {
      ...examplePlan,
      scripts: examplePlan.scripts.map((script) => (script.id === 'gate' ? { ...script, file } : script)),
    },
    null,
    2,
  ) + '\n';

/** A script that is missing is noticed when its turn comes, which is too late. */
export const planFiles: Rule = {
  id: 'plan-files',
  title: 'Every file that the plan names is in the package.',
  fix: 'write the file, or mend its name in release.json',
  good: { file: 'release.json', sql: planWith('checks/gate.sql') },
  bad: { file: 'release.json', sql: planWith('checks/absent.sql') },
  *check({ files, plan }): Iterable<Problem> {
    const lines = (files.get('release.json') ?? '').split('\n');
    const copied = plan.copies
      .filter(({ from }) => from.endsWith('.sql'))
      .map(({ from }) => ({ id: 'copies', file: from }));
    for (const { id, file } of [...allScripts(plan), ...copied]) {
      const line = lines.findIndex((text) => text.includes(`"${file}"`)) + 1;
      if (!files.has(file)) yield { file: 'release.json', line, message: `${id} names ${file}, which is not there` };
    }
  },
};
