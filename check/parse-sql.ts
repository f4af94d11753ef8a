import { loadModule, parseSync } from 'libpg-query';
import { onceForEachText } from './memo.ts';

/** A node of PostgreSQL's parse tree, as libpg_query prints it. */
export type SqlNode = Readonly<Record<string, unknown>>;

/** What the parser says about one piece of SQL: every node by kind, or why it is no SQL. */
export interface ParsedSql {
  readonly nodes: ReadonlyMap<string, readonly SqlNode[]>;
  /** The top node of the (first) statement. */
  readonly top: SqlNode | undefined;
  readonly error: string | undefined;
}

/** True for an object of the parse tree, as opposed to a list or a plain value. */
export function isNode(value: unknown): value is SqlNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves that no rule looks up by their kind; they are most of a tree. */
const leaves = new Set([
  'String',
  'Integer',
  'ColumnRef',
  'A_Const',
  'A_Star',
  'List',
  'TypeName',
  'A_Expr',
  'TypeCast',
]);

/** Notes the nodes below a value by kind; a function's body is left out, as its statements are read by themselves. */
function collect(value: unknown, into: Map<string, SqlNode[]>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  if (!isNode(value)) return;
  for (const key in value) {
    const inner = key === 'sql_body' ? null : value[key];
    if (typeof inner !== 'object' || inner === null) continue;
    const kind = key === 'intoClause' ? 'IntoClause' : key;
    if (isNode(inner) && kind.charAt(0) <= 'Z' && !leaves.has(kind)) {
      const known = into.get(kind);
      if (known === undefined) into.set(kind, [inner]);
      else known.push(inner);
    }
    if (key !== 'String') collect(inner, into);
  }
}

function parse(sql: string): ParsedSql {
  try {
    const tree: unknown = parseSync(sql);
    const nodes = new Map<string, SqlNode[]>();
    collect(tree, nodes);
    return { nodes, top: at(tree, 'stmts', '0', 'stmt'), error: undefined };
  } catch (error) {
    return { nodes: new Map(), top: undefined, error: error instanceof Error ? error.message : 'unreadable' };
  }
}

/** Loads the parser; to be awaited once before {@link parseSql}. */
export async function loadParser(): Promise<void> {
  await loadModule();
}

/** Parses a piece of SQL with PostgreSQL's own grammar. */
export const parseSql = onceForEachText(parse);

/** The value some steps below a node; list places are numbers. */
function valueAt(node: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isNode(value) ? value[step] : undefined;
  }, node);
}

/** The node some steps below a node, if there is one. */
export function at(node: unknown, ...path: string[]): SqlNode | undefined {
  const value = valueAt(node, path);
  return isNode(value) ? value : undefined;
}

/** Schemas whose names stand for themselves: the release's own, PostgreSQL's, and what EXECUTE puts in. */
const plainSchemas = /^(|public|pg_catalog|pg_temp|information_schema|placeholder.*)$/;

/** A name as rules compare it: with its schema where that is another than the release's, so that it is no name of ours. */
export function inSchema(schema: string, name: string): string {
  return plainSchemas.test(schema) ? name : `${schema}.${name}`;
}

/** The text some steps below a node; empty when there is none. A relation's name is one {@link inSchema}. */
export function textAt(node: unknown, ...path: string[]): string {
  const value = valueAt(node, path);
  if (typeof value !== 'string') return '';
  return path.at(-1) === 'relname' ? inSchema(textAt(node, ...path.slice(0, -1), 'schemaname'), value) : value;
}

/** The name that a list of names comes to, such as `schema.function`: one {@link inSchema}. */
export function nameOf(names: readonly unknown[]): string {
  const [name = '', schema = ''] = names.map((part) => textAt(part, 'String', 'sval')).reverse();
  return inSchema(schema, name);
}

/** The list some steps below a node; empty when there is none. */
export function listAt(node: unknown, ...path: string[]): readonly unknown[] {
  const value = valueAt(node, path);
  return Array.isArray(value) ? value : [];
}
