import type { Problem, Rule } from '../rule.ts';
import { resolvedPath } from '../../core/package/flatten.ts';
import { orchestratorFile } from '../../core/package/engine-scripts.ts';

const include = (...names: string[]): string => names.map((name) => `\\ir ${name}.sql`).join('\n');

/** The release by hand and the release by the machine are the same release. */
export const runAllComplete: Rule = {
  id: 'run-all-complete',
  title: "The orchestrator includes the plan's tiers, all of them, in the plan's order.",
  fix: 'write one \\ir line per tier, in the order of release.json',
  good: {
    file: 'prod/99_run_all.sql',
    part: 'tiers',
    sql: include('00_preflight', '10_structure', '20_rows', '90_verify'),
  },
  bad: {
    file: 'prod/99_run_all.sql',
    part: 'tiers',
    sql: include('00_preflight', '20_rows', '10_structure', '90_verify'),
  },
  *check({ plan, scripts, pieces }): Iterable<Problem> {
    const orchestrator = orchestratorFile(plan);
    const script = scripts.find(({ role }) => role === 'orchestrator');
    const includes = (script?.commands ?? [])
      .filter(({ name }) => name === 'ir')
      .map(({ argument, line }) => ({ path: resolvedPath(orchestrator, argument) ?? argument, line }))
      .filter(({ path }) => !pieces.has(path) && !path.startsWith('runner/'));
    for (const [index, { id, file }] of plan.tiers.entries()) {
      const found = includes[index];
      if (file === found?.path) continue;
      const message = `${found?.path ?? 'the last file'} stands where tier ${id} (${file}) belongs`;
      yield { file: orchestrator, line: found?.line ?? 1, message };
      return;
    }
    for (const { path, line } of includes.slice(plan.tiers.length))
      yield { file: orchestrator, line, message: `${path} is no tier of the plan` };
  },
};
