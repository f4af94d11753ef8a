import { at, isNode, listAt, type SqlNode, textAt } from './parse-sql.ts';

/** What a name stands for: the expressions that it may hold; nothing where that is not known. */
export type Meaning = readonly unknown[] | undefined;

/** What each item of FROM gives, by its alias: the expressions of a column; nothing where nobody can tell. */
type Source = (column: string) => Meaning;

/** The SELECTs whose rows a query gives: those that UNION joins, and the rows of VALUES. */
function selectsOf(query: unknown): SqlNode[] {
  const select = isNode(query) ? (at(query, 'SelectStmt') ?? query) : {};
  return isNode(select['larg']) ? [...selectsOf(select['larg']), ...selectsOf(select['rarg'])] : [select];
}

function columnsOf(select: SqlNode, column: string, place: number): Meaning {
  const rows = listAt(select, 'valuesLists');
  if (rows.length > 0) return place < 0 ? [] : rows.map((row) => listAt(row, 'List', 'items')[place]);
  const targets = listAt(select, 'targetList').map((target) => at(target, 'ResTarget') ?? {});
  const found = place < 0 ? targets.filter((target) => nameOf(target) === column) : [targets[place]];
  if (found.length > 0) return found.flatMap((target) => resolved(select, target?.['val']));
  const stars = targets.filter(({ val }) => at(listAt(val, 'ColumnRef', 'fields').at(-1), 'A_Star') !== undefined);
  return stars.length === 0 ? [] : heldBy(select, column);
}

function nameOf(target: SqlNode): string {
  return textAt(target, 'name') || textAt(listAt(target['val'], 'ColumnRef', 'fields').at(-1), 'String', 'sval');
}

/** What a column of FROM holds there; nothing for anything else. */
function held(select: SqlNode, value: unknown): Meaning {
  const fields = listAt(value, 'ColumnRef', 'fields').map((field) => textAt(field, 'String', 'sval'));
  const column = fields.at(-1);
  return column === undefined ? undefined : sourceIn(select, column, fields.length > 1 ? fields[0] : undefined);
}

/** An expression with what its columns hold in their places, as far as that is one expression each. */
function replaced(select: SqlNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaced(select, item));
  if (!isNode(value) || 'SubLink' in value) return value;
  const meaning = held(select, value);
  if (meaning?.length === 1) return meaning[0];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(select, inner)]));
}

/** A column of FROM is replaced by what it holds there, also within an expression. */
function resolved(select: SqlNode, value: unknown): readonly unknown[] {
  if (at(value, 'ColumnRef') === undefined) return [replaced(select, value)];
  return held(select, value) ?? [undefined];
}

function itemsOf(item: unknown): [string, Source][] {
  const join = at(item, 'JoinExpr');
  if (join !== undefined) return [...itemsOf(join['larg']), ...itemsOf(join['rarg'])];
  const [kind = ''] = isNode(item) ? Object.keys(item) : [];
  const inner = at(item, kind);
  const alias = textAt(inner, 'alias', 'aliasname');
  const names = listAt(inner, 'alias', 'colnames').map((name) => textAt(name, 'String', 'sval'));
  if (kind !== 'RangeSubselect') {
    const [made] = listAt(listAt(inner, 'functions')[0], 'List', 'items');
    if (
      kind === 'RangeFunction' &&
      names.length === 0 &&
      at(made, 'FuncCall') !== undefined &&
      listAt(inner, 'coldeflist').length === 0
    )
      return [[alias, (column) => (column === alias ? [made] : undefined)]];
    const columns = new Set(listAt(inner, 'coldeflist').map((column) => textAt(column, 'ColumnDef', 'colname')));
    return [[alias, (column) => (columns.size > 0 && !columns.has(column) ? [] : undefined)]];
  }
  return [[alias, (column) => columnOfQuery(inner?.['subquery'], column, names)]];
}

/** What a column of a query holds, by its name or by the name that the alias of the query gives it. */
export function columnOfQuery(query: unknown, column: string, names: readonly string[] = []): Meaning {
  if (names.length > 0 && !names.includes(column)) return [];
  const given = selectsOf(query).map((select) => columnsOf(select, column, names.indexOf(column)));
  return given.includes(undefined) ? undefined : given.flatMap((meaning) => meaning ?? []);
}

/** The same, where FROM need not have the column. */
function heldBy(select: SqlNode, column: string, alias?: string): Meaning {
  const items = listAt(select, 'fromClause').flatMap(itemsOf);
  const fitting = items.filter(([name]) => alias === undefined || name === alias).map(([, source]) => source(column));
  return fitting.includes(undefined) ? undefined : fitting.flatMap((meaning) => meaning ?? []);
}

/** What a column of FROM holds; nothing where that is not known. */
function sourceIn(select: SqlNode, column: string, alias?: string): Meaning {
  const known = heldBy(select, column, alias);
  return known?.length === 0 ? undefined : known;
}

/** Everything that the rows of a query hold, as `\gexec` runs it. */
export function resultsOf(query: unknown): readonly unknown[] {
  return selectsOf(query).flatMap((select) =>
    listAt(select, 'targetList').flatMap((target) => resolved(select, at(target, 'ResTarget')?.['val'])),
  );
}

/** What the column at a place of a query holds. */
export function columnPlaced(query: unknown, place: number): Meaning {
  return selectsOf(query).flatMap((select) => columnsOf(select, '', place) ?? [undefined]);
}
