import { type PsqlCommand, splitPsql } from './psql-lexer.ts';
import { outputNames, readStatement, type Statement } from './statement.ts';
import type { Flattened } from '../core/package/flatten.ts';
import { isChange } from './effects.ts';
import { onceForEach } from './memo.ts';
import { textAt } from './parse-sql.ts';

/** A script as psql reads it, with everything that it includes. */
export interface Script extends Flattened {
  /** Path below the package folder. */
  readonly path: string;
  readonly commands: readonly PsqlCommand[];
  /** The statements that psql sends. */
  readonly sent: readonly Statement[];
  /** The same, each followed by the statements of its body. */
  readonly statements: readonly Statement[];
}

/** Reads a script; never throws: what is no SQL is kept with the parser's message. */
export function readScript(path: string, { text, origin }: Flattened): Script {
  const items = splitPsql(text);
  const commands = items.filter((item) => item.kind === 'command');
  const sent = items.flatMap((item) => (item.kind === 'statement' ? [readStatement(item)] : []));
  return {
    path,
    text,
    origin,
    commands,
    sent,
    statements: sent.flatMap((statement) => [statement, ...statement.body]),
  };
}

/** The transaction statement that a statement is (`TRANS_STMT_BEGIN` …), or nothing. */
export function transactionKind(statement: Statement): string {
  return textAt(statement.parsed.top, 'TransactionStmt', 'kind');
}

/** True for BEGIN and START TRANSACTION. */
export function isBegin(statement: Statement): boolean {
  return ['TRANS_STMT_BEGIN', 'TRANS_STMT_START'].includes(transactionKind(statement));
}

/** True for COMMIT and END. */
export function isCommit(statement: Statement): boolean {
  return transactionKind(statement) === 'TRANS_STMT_COMMIT';
}

/** The statements between the first BEGIN and the last COMMIT that psql sends, bodies included. */
export const insideTransaction = onceForEach((script: Script): readonly Statement[] => {
  const from = script.sent.find(isBegin)?.offset ?? Infinity;
  const to = script.sent.findLast(isCommit)?.offset ?? Infinity;
  return script.statements.filter(({ offset }) => offset > from && offset < to);
});

/** Takes locks also by ALTER that leaves everything as it was, as LOCK knows no view by itself and no sequence. */
const lockFile = 'runner/take_locks.sql';

/** The first statement in the transaction that changes anything; functions that are only defined do not run. */
export function firstChange(script: Script): Statement | undefined {
  return insideTransaction(script).find(
    (statement) =>
      statement.within !== 'function' && isChange(statement) && script.origin(statement.line).file !== lockFile,
  );
}

/** psql variables as `\set` leaves them up to a place: it joins its words, and a default replaces nothing. */
function variablesSet(script: Script, before: number): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [index, { name, argument, offset }] of script.commands.entries()) {
    if (name !== 'set' || offset >= before) continue;
    const [variable = '', ...words] = argument.match(/'(?:[^'\\]|\\.|'')*'|\S+/g) ?? [];
    const values = words.map((word) =>
      word.startsWith(':') ? (variables.get(word.slice(1)) ?? '') : word.replaceAll(/^'|'$/g, '').replaceAll("''", "'"),
    );
    const isDefault = script.commands[index - 2]?.argument.startsWith(`:{?${variable}}`) === true;
    if (!(isDefault && variables.has(variable))) variables.set(variable, values.join(''));
  }
  return variables;
}

/** A psql variable as a statement of the file finds it. */
export function variableAt(script: Script, { offset }: Statement, name: string): string | undefined {
  return variablesSet(script, offset).get(name);
}

/** psql variables of a file with their values at its end, as far as the file tells: `\gset` gives none. */
export const variablesOf = onceForEach((script: Script): ReadonlyMap<string, string> => {
  const variables = variablesSet(script, Infinity);
  for (const statement of script.sent)
    if (statement.sentBy === 'gset')
      for (const name of outputNames(statement)) if (!variables.has(name)) variables.set(name, '');
  return variables;
});

/** Every word that a file mentions in its literals and `\set` values: the names that its dynamic SQL can reach. */
export function reachableNames(script: Script): Set<string> {
  const texts = [...script.statements.flatMap(({ literals }) => literals), ...variablesOf(script).values()];
  return new Set(texts.flatMap((text) => text.match(/[A-Za-z_][\w-]*/g) ?? []));
}
