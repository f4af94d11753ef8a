import { isNode, listAt, nameOf, type SqlNode, textAt } from './parse-sql.ts';
import { nodesOf, type Statement } from './statement.ts';
import { creatingKinds, quietKinds } from './statement-kinds.ts';

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
  ['insert', 'CopyStmt'],
  ['update', 'UpdateStmt'],
  ['delete', 'DeleteStmt'],
  ['merge', 'MergeStmt'],
] as const;

/** An INSERT that changes the row where there is one already. */
const isUpsert = (node: SqlNode): boolean => textAt(node, 'onConflictClause', 'action') === 'ONCONFLICT_UPDATE';

const copiesIn = (node: SqlNode): boolean => node['is_from'] === true;

/** The row changes of a statement, those in WITH and those of COPY … FROM included; an upsert inserts and updates. */
export function writesOf(statement: Statement): Write[] {
  return writeKinds.flatMap(([verb, kind]) =>
    nodesOf(statement, kind)
      .filter((node) => kind !== 'CopyStmt' || copiesIn(node))
      .flatMap((node): Write[] => {
        const qualified = verb === 'insert' || verb === 'merge' || isNode(node['whereClause']);
        const write = { verb, relation: textAt(node, 'relation', 'relname'), qualified, node, statement };
        return isUpsert(node) ? [write, { ...write, verb: 'update' }] : [write];
      }),
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
    case 'IntoClause':
      return made('table', textAt(node, 'rel', 'relname'));
    case 'ViewStmt':
      return made('view', textAt(node, 'view', 'relname'));
    case 'CreateFunctionStmt':
      return made('function', nameOf(listAt(node, 'funcname')));
    case 'IndexStmt':
      return made('index', textAt(node, 'idxname'), textAt(node, 'relation', 'relname'));
    case 'CreateSeqStmt':
      return made('sequence', textAt(node, 'sequence', 'relname'));
    case 'CreateEnumStmt':
    case 'CreateDomainStmt':
    case 'CompositeTypeStmt':
      return made('type', nameOf(listAt(node, kind === 'CreateDomainStmt' ? 'domainname' : 'typeName')));
    case 'CreateSchemaStmt':
      return made('other', textAt(node, 'schemaname'));
    case 'CreateExtensionStmt':
      return made('other', textAt(node, 'extname'));
    default:
      return undefined;
  }
}

/** The objects that a statement creates. */
export function creationsOf(statement: Statement): Creation[] {
  return [...creatingKinds, 'IntoClause'].flatMap((kind) =>
    nodesOf(statement, kind).flatMap((node) => creation(statement, kind, node) ?? []),
  );
}

/** True for a statement that changes rows or the catalogue; a temporary table counts too. */
export function isChange(statement: Statement): boolean {
  return [...statement.parsed.nodes].some(([kind, nodes]) =>
    kind === 'CopyStmt'
      ? nodes.some(copiesIn)
      : kind === 'IntoClause' || (kind.endsWith('Stmt') && !quietKinds.has(kind)),
  );
}

/** The names of all functions that a statement calls. */
export function callsOf(statement: Statement): string[] {
  return nodesOf(statement, 'FuncCall').map((node) => lastName(listAt(node, 'funcname')));
}
