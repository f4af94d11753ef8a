import { at, isNode, listAt, type SqlNode, textAt } from './parse-sql.ts';
import { nodesOf, type Statement } from './statement.ts';

/** Rows that a statement changes. */
export interface Write {
  readonly verb: 'insert' | 'update' | 'delete' | 'merge';
  /** Relation without its schema; `placeholder_name` when the name is built at run time. */
  readonly relation: string;
  /** False for an UPDATE or DELETE without WHERE. */
  readonly qualified: boolean;
  readonly node: SqlNode;
  readonly statement: Statement;
}

/** An object that a statement creates. */
export interface Creation {
  readonly what: 'table' | 'view' | 'function' | 'index' | 'sequence' | 'type' | 'other';
  readonly name: string;
  /** The relation that an index or trigger stands on; empty otherwise. */
  readonly on: string;
  readonly columns: readonly string[];
  readonly statement: Statement;
}

const writeKinds = [
  ['insert', 'InsertStmt'],
  ['update', 'UpdateStmt'],
  ['delete', 'DeleteStmt'],
  ['merge', 'MergeStmt'],
] as const;

/** The row changes of a statement, those in WITH included. */
export function writesOf(statement: Statement): Write[] {
  return writeKinds.flatMap(([verb, kind]) =>
    nodesOf(statement, kind).map((node) => ({
      verb,
      relation: textAt(node, 'relation', 'relname'),
      qualified: verb === 'insert' || verb === 'merge' || isNode(node['whereClause']),
      node,
      statement,
    })),
  );
}

const lastName = (names: readonly unknown[]): string => textAt(names.at(-1), 'String', 'sval');

function creation(statement: Statement, kind: string, node: SqlNode): Creation | undefined {
  const made = (what: Creation['what'], name: string, on = ''): Creation => ({
    what,
    name,
    on,
    columns: listAt(node, 'tableElts').map((element) => textAt(element, 'ColumnDef', 'colname')),
    statement,
  });
  switch (kind) {
    case 'CreateStmt':
      return made('table', textAt(node, 'relation', 'relname'));
    case 'CreateTableAsStmt':
      return made('table', textAt(node, 'into', 'rel', 'relname'));
    case 'ViewStmt':
      return made('view', textAt(node, 'view', 'relname'));
    case 'CreateFunctionStmt':
      return made('function', lastName(listAt(node, 'funcname')));
    case 'IndexStmt':
      return made('index', textAt(node, 'idxname'), textAt(node, 'relation', 'relname'));
    case 'CreateSeqStmt':
      return made('sequence', textAt(node, 'sequence', 'relname'));
    case 'CreateEnumStmt':
    case 'CreateDomainStmt':
    case 'CompositeTypeStmt':
      return made('type', lastName(listAt(node, kind === 'CreateDomainStmt' ? 'domainname' : 'typeName')));
    case 'CreateSchemaStmt':
      return made('other', textAt(node, 'schemaname'));
    case 'CreateExtensionStmt':
      return made('other', textAt(node, 'extname'));
    default:
      return undefined;
  }
}

const creationKinds =
  'CreateStmt CreateTableAsStmt ViewStmt CreateFunctionStmt IndexStmt CreateSeqStmt CreateEnumStmt CreateDomainStmt CompositeTypeStmt CreateSchemaStmt CreateExtensionStmt'.split(
    ' ',
  );

/** The objects that a statement creates. */
export function creationsOf(statement: Statement): Creation[] {
  return creationKinds.flatMap((kind) =>
    nodesOf(statement, kind).flatMap((node) => creation(statement, kind, node) ?? []),
  );
}

/** Names that a statement drops as it stands, without those that EXECUTE puts in. */
export function droppedNames(statement: Statement): string[] {
  return nodesOf(statement, 'DropStmt').flatMap((node) =>
    listAt(node, 'objects').map((object) =>
      lastName(
        listAt(at(object, 'ObjectWithArgs') ?? at(object, 'List'), isNode(at(object, 'List')) ? 'items' : 'objname'),
      ),
    ),
  );
}

const changingKinds = [
  'Create',
  'Alter',
  'Drop',
  'Insert',
  'Update',
  'Delete',
  'Merge',
  'Truncate',
  'Comment',
  'Grant',
  'Rename',
];
const otherChanges = [
  'ViewStmt',
  'IndexStmt',
  'RuleStmt',
  'ReindexStmt',
  'VacuumStmt',
  'RefreshMatViewStmt',
  'SecLabelStmt',
  'ClusterStmt',
];

/** True for a statement that changes rows or the catalogue; a temporary table counts too. */
export function isChange(statement: Statement): boolean {
  return [...statement.parsed.nodes.keys()].some(
    (kind) =>
      otherChanges.includes(kind) || (kind.endsWith('Stmt') && changingKinds.some((start) => kind.startsWith(start))),
  );
}

/** The names of all functions that a statement calls. */
export function callsOf(statement: Statement): string[] {
  return nodesOf(statement, 'FuncCall').map((node) => lastName(listAt(node, 'funcname')));
}
