import { at, listAt, type ParsedSql, textAt } from './parse-sql.ts';
import { insideQuotes, type SqlToken } from './sql-token.ts';

/** The text of a DO block's or a function's body, as its language reads it. */
export interface RoutineBody {
  readonly language: 'plpgsql' | 'sql';
  readonly within: 'block' | 'function';
  readonly text: string;
  /** Where it begins in the statement; places after a doubled quote are only in the right order. */
  readonly start: number;
}

function option(list: readonly unknown[], name: string): unknown {
  return list.find((item) => textAt(item, 'DefElem', 'defname') === name);
}

/** What stands between BEGIN ATOMIC and its END, or a RETURN with its expression. */
function standardBody(text: string, tokens: readonly SqlToken[]): Pick<RoutineBody, 'text' | 'start'> | undefined {
  const words = tokens.map((token) => (token.kind === 'word' ? token.text.toLowerCase() : ''));
  const atomic = tokens[words.findIndex((word, index) => word === 'atomic' && words[index - 1] === 'begin')];
  const [start, end] = [atomic?.end ?? tokens[words.indexOf('return')]?.start, tokens[words.lastIndexOf('end')]?.start];
  if (start === undefined) return undefined;
  return { text: text.slice(start, atomic === undefined ? text.length : end), start };
}

/** The literal that is the body: the one whose text is what the parser took for it, so none with escapes. */
function quotedBody(source: string, tokens: readonly SqlToken[]): Pick<RoutineBody, 'text' | 'start'> | undefined {
  const token = tokens.find(
    ({ kind, ...rest }) => /string|dollar/.test(kind) && insideQuotes({ kind, ...rest }) === source,
  );
  return token && { text: source, start: token.start + token.text.search(/(?<=^\$[^$]*\$|')/) };
}

/** True for DO, CREATE FUNCTION and CREATE PROCEDURE: what has a body. */
export function hasBody({ nodes }: ParsedSql): boolean {
  return nodes.has('DoStmt') || nodes.has('CreateFunctionStmt');
}

/** The body of a DO block, function or procedure; nothing when it cannot be read from here. */
export function routineBody(text: string, parsed: ParsedSql, tokens: readonly SqlToken[]): RoutineBody | undefined {
  const block = parsed.nodes.get('DoStmt')?.[0];
  const routine = parsed.nodes.get('CreateFunctionStmt')?.[0];
  const options = listAt(block, 'args').concat(listAt(routine, 'options'));
  const source = option(options, 'as');
  const given = textAt(option(options, 'language'), 'DefElem', 'arg', 'String', 'sval');
  const language = given !== '' ? given : block === undefined ? 'sql' : 'plpgsql';
  if (language !== 'plpgsql' && language !== 'sql') return undefined;
  const found =
    at(routine, 'sql_body') === undefined
      ? quotedBody(
          textAt(source, 'DefElem', 'arg', 'String', 'sval') ||
            textAt(listAt(source, 'DefElem', 'arg', 'List', 'items')[0], 'String', 'sval'),
          tokens,
        )
      : standardBody(text, tokens);
  return found && { ...found, language, within: block === undefined ? 'function' : 'block' };
}
