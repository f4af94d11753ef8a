import { at, inSchema, listAt, nameOf, type SqlNode, textAt } from './parse-sql.ts';
import { nodesOf, type Statement } from './statement.ts';

/** Kinds of objects that a release makes; a schema, a role or a database was there before. */
const ownKinds = new Set(
  'TABLE VIEW MATVIEW INDEX SEQUENCE FUNCTION PROCEDURE ROUTINE TYPE DOMAIN'.split(' ').map((kind) => `OBJECT_${kind}`),
);
/** Kinds of objects that belong to another one, and are called after it: `table.column`. */
const partKinds = new Set(
  'COLUMN ATTRIBUTE TABCONSTRAINT DOMCONSTRAINT POLICY TRIGGER RULE'.split(' ').map((kind) => `OBJECT_${kind}`),
);

function namesIn(object: unknown): string[] {
  const parts = [...listAt(object, 'List', 'items'), ...listAt(object, 'TypeName', 'names')];
  const names = [...parts, ...listAt(object, 'ObjectWithArgs', 'objname')].map(
    (part) => textAt(part, 'String', 'sval') || (namesIn(part).at(-1) ?? ''),
  );
  return [...names, textAt(object, 'RangeVar', 'relname'), textAt(object, 'String', 'sval')].filter(Boolean);
}

/** The name of an object; of a part the name of its table; with its kind if no release makes one. */
function objectName(kind: string, object: unknown): string {
  const names = namesIn(object);
  if (partKinds.has(kind)) return inSchema(names.at(-3) ?? '', names.at(-2) ?? '');
  const name = names.at(-1) ?? '';
  return ownKinds.has(kind)
    ? inSchema(names.at(-2) ?? '', name)
    : `${kind.replace('OBJECT_', '').toLowerCase().replaceAll('_', ' ')} ${name}`;
}

const lastOf = (node: SqlNode, ...path: string[]): string => nameOf(listAt(node, ...path));

function renamed(node: SqlNode): string {
  const relation = textAt(node, 'relation', 'relname');
  const object = node['object'] ?? { String: { sval: node['subname'] } };
  return relation === '' ? objectName(textAt(node, 'renameType'), object) : relation;
}

function granted(node: SqlNode): string[] {
  const objects = listAt(node, 'objects');
  if (textAt(node, 'targtype') === 'ACL_TARGET_OBJECT')
    return objects.map((object) => objectName(textAt(node, 'objtype'), object));
  return objects.map((object) => `everything in schema ${namesIn(object).join('')}`);
}

/** What a table is attached to or inherits from: its rows show there, so that it changes too. */
function attached(node: SqlNode): string[] {
  const parents = listAt(node, 'inhRelations').concat(at(node, 'def') ?? []);
  return parents.map(
    (parent) => textAt(parent, 'RangeVar', 'relname') || textAt(parent, 'PartitionCmd', 'name', 'relname'),
  );
}

const relation = (node: SqlNode): string[] => [textAt(node, 'relation', 'relname')];
const object = (node: SqlNode): string[] => [
  objectName(textAt(node, 'objtype') || textAt(node, 'objectType'), node['object']),
];
const typeName = (node: SqlNode): string[] => [lastOf(node, 'typeName')];
const table = (node: SqlNode): string[] => [textAt(node, 'table', 'relname')];

const namesByKind: readonly (readonly [string, (node: SqlNode) => string[]])[] = [
  ['AlterTableStmt', relation],
  ['AlterTableCmd', (node) => attached(node).filter(Boolean)],
  ['CreateStmt', attached],
  ['RenameStmt', (node) => [renamed(node)]],
  ['RefreshMatViewStmt', relation],
  ['AlterSeqStmt', (node) => [textAt(node, 'sequence', 'relname')]],
  ['CommentStmt', object],
  ['SecLabelStmt', object],
  ['AlterOwnerStmt', object],
  ['GrantStmt', granted],
  ['AlterEnumStmt', typeName],
  ['AlterDomainStmt', typeName],
  ['AlterTypeStmt', typeName],
  ['AlterFunctionStmt', (node) => [lastOf(node, 'func', 'objname')]],
  ['CreatePolicyStmt', table],
  ['AlterPolicyStmt', table],
];

/** Names that a statement drops as it stands, without those that EXECUTE puts in. */
export function droppedNames(statement: Statement): string[] {
  return nodesOf(statement, 'DropStmt').flatMap((node) =>
    listAt(node, 'objects').map((dropped) => objectName(textAt(node, 'removeType'), dropped)),
  );
}

/** Names of the objects that a statement changes or drops; `placeholder_name` when the name is built at run time. */
export function alteredNames(statement: Statement): string[] {
  const altered = namesByKind.flatMap(([kind, names]) => nodesOf(statement, kind).flatMap(names));
  return [...altered, ...droppedNames(statement)];
}
