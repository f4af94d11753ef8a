import { firstChange, insideTransaction, type Script } from './script.ts';
import type { Statement } from './statement.ts';

const wordsOf = ({ code }: Statement): string[] => code.split(' ');

/** The variables that a statement of a body gives a value to. */
function targetsOf(statement: Statement): string[] {
  const words = wordsOf(statement);
  if (statement.verb === 'declare' || statement.verb === 'assign') return words.slice(0, 1);
  if (statement.verb === 'for' || statement.verb === 'foreach') return words.slice(1, 2);
  const into = /(?<!\binsert )\binto (?:strict )?(\w+(?: \. \w+)?(?: , \w+(?: \. \w+)?)*)/.exec(statement.code)?.[1];
  return into?.split(' , ').map((name) => name.split(' ')[0] ?? '') ?? [];
}

/**
 * The refusal that a body makes because of something it reads: a condition on what a statement `reads`, or on a
 * variable that got its value from there, whose first consequence is RAISE EXCEPTION.
 */
export function refusalBecauseOf(
  body: readonly Statement[],
  reads: (statement: Statement) => boolean,
): Statement | undefined {
  const known = new Set<string>();
  for (const [index, statement] of body.entries()) {
    const concerned = reads(statement) || wordsOf(statement).some((word) => known.has(word));
    if (!concerned) continue;
    for (const name of targetsOf(statement)) known.add(name);
    const next = body[index + 1];
    if (['if', 'elsif', 'elseif'].includes(statement.verb) && next?.code.startsWith('raise exception') === true)
      return next;
  }
  return undefined;
}

/** True when a body in the transaction refuses because of something it reads, before anything is changed. */
export function refusesAfter(script: Script, reads: (statement: Statement) => boolean): boolean {
  const change = firstChange(script)?.offset ?? Infinity;
  return insideTransaction(script).some(({ body, within }) => {
    const refusal = within === 'script' ? refusalBecauseOf(body, reads) : undefined;
    return refusal !== undefined && refusal.offset < change;
  });
}

/** Whether a statement names a table, as a whole word: its code stands in tokens with one space between them. */
export function readsFrom(table: string): (statement: Statement) => boolean {
  return (statement) => wordsOf(statement).includes(table);
}

/**
 * Where to point when something is missing from the transaction: its BEGIN, or the first line where an included file
 * begins it, as that one is right for every other script.
 */
export function transactionLine(script: Script): { line: number } {
  const line = script.sent.find(({ verb }) => verb === 'begin' || verb === 'start')?.line ?? 1;
  return { line: script.origin(line).file === script.path ? line : 1 };
}
