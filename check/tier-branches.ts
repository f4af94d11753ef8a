import type { Statement } from './statement.ts';
import type { Subject } from './subject.ts';

/** The branches of the per-tier rollback: tier id → the statements from `when <id>` up to the next one. */
export function rollbackBranches(subject: Subject): Map<string, Statement[]> {
  const branches = new Map<string, Statement[]>();
  for (const { sent } of subject.scripts.filter(({ role }) => role === 'tier-undo'))
    for (const { body } of sent) {
      let current: Statement[] | undefined;
      for (const statement of body) {
        const id = statement.verb === 'when' ? /^when (\d+)$/.exec(statement.code)?.[1] : undefined;
        if (id !== undefined) branches.set(id, (current = []));
        else current?.push(statement);
      }
    }
  return branches;
}
