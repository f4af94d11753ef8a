import { tagColumn } from './conventions.ts';
import { callsOf, type Write, writesOf } from './effects.ts';
import { at, listAt, type SqlNode, textAt } from './parse-sql.ts';
import { insideTransaction } from './script.ts';
import type { PlacedScript, Subject } from './subject.ts';

/** The functions that the release creates, with the rows their bodies write when they are called. */
function writesOfCall(subject: Subject, name: string): Write[] {
  const creation = subject.created.get(name);
  return creation?.what === 'function' ? creation.statement.body.flatMap(writesOf) : [];
}

/** The rows a script's transaction writes: its own statements, and the release's functions that it calls. */
export function rowsWritten(subject: Subject, script: PlacedScript): Write[] {
  return insideTransaction(script)
    .filter(({ within }) => within !== 'function')
    .flatMap((statement) => [
      ...writesOf(statement),
      ...callsOf(statement).flatMap((name) => writesOfCall(subject, name).map((write) => ({ ...write, statement }))),
    ])
    .filter(({ relation }) => !subject.plan.emits.includes(relation) && relation !== 'placeholder_name');
}

/** The rows a tier inserts by statements of its own. */
export function ownInserts({ plan }: Subject, script: PlacedScript): Write[] {
  return insideTransaction(script)
    .filter(({ within }) => within !== 'function')
    .flatMap(writesOf)
    .filter(({ verb, relation }) => verb === 'insert' && !plan.emits.includes(relation));
}

function constantOf(script: PlacedScript, write: Write, node: SqlNode | undefined): string {
  const literal = textAt(node, 'A_Const', 'sval', 'sval');
  if (literal !== '') return literal;
  const name = textAt(listAt(node, 'ColumnRef', 'fields').at(-1), 'String', 'sval');
  const block = script.sent.find(({ body }) => body.includes(write.statement));
  const declared = block?.body.find(({ verb, code }) => verb === 'declare' && code.startsWith(`${name} `));
  return name === '' ? '' : (declared?.literals[0] ?? '');
}

/** The constant that an INSERT puts into the tag column; empty when there is no such column or it is no constant. */
export function tagOf(script: PlacedScript, write: Write): string {
  const columns = listAt(write.node, 'cols').map((column) => textAt(column, 'ResTarget', 'name'));
  const place = String(columns.indexOf(tagColumn));
  const select = at(write.node, 'selectStmt', 'SelectStmt');
  const value =
    at(select, 'valuesLists', '0', 'List', 'items', place) ?? at(select, 'targetList', place, 'ResTarget', 'val');
  return constantOf(script, write, value);
}
