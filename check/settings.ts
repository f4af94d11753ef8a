import { at, listAt, textAt } from './parse-sql.ts';
import { nodesOf, type Statement } from './statement.ts';

/** A server setting that a statement changes. */
export interface SettingChange {
  readonly name: string;
  readonly value: string;
}

/** A constant as text; the tree writes the number 0 as an empty node. */
function valueOf(node: unknown): string {
  const number = at(node, 'A_Const', 'ival');
  if (number === undefined) return textAt(node, 'A_Const', 'sval', 'sval');
  return typeof number['ival'] === 'number' ? String(number['ival']) : '0';
}

/** The settings that SET, RESET and set_config() change in a statement; values as far as they are constants. */
export function settingChanges(statement: Statement): SettingChange[] {
  const sets = nodesOf(statement, 'VariableSetStmt').map((node) => ({
    name: textAt(node, 'name').toLowerCase(),
    value: listAt(node, 'args').map(valueOf).join(', '),
  }));
  const calls = nodesOf(statement, 'FuncCall')
    .filter((node) => textAt(listAt(node, 'funcname').at(-1), 'String', 'sval') === 'set_config')
    .map((node) => {
      const [name, value] = listAt(node, 'args');
      return { name: valueOf(name).toLowerCase(), value: valueOf(value) };
    });
  return [...sets, ...calls];
}
