import { callsOf } from './effects.ts';
import type { SqlNode } from './parse-sql.ts';
import type { PsqlCommand } from './psql-lexer.ts';
import { type Problem, problemAt, type Rule } from './rule.ts';
import { nodesOf, type Statement } from './statement.ts';
import type { PlacedScript, Subject } from './subject.ts';

/** Looks at one command or statement; answers with the message if what is forbidden stands there. */
export interface Search {
  readonly command?: (command: PsqlCommand) => string | undefined;
  readonly statement?: (statement: Statement) => string | undefined;
}

/** A row of the table of forbidden things: a rule but for its check, and what to look for. */
export interface Forbidden extends Omit<Rule, 'check'> {
  readonly looksFor: readonly Search[];
  /** A statement that may stand there all the same. */
  readonly unless?: (statement: Statement, subject: Subject, script: PlacedScript) => boolean;
}

/** Looks for psql commands by their names. */
export function commands(names: readonly string[], message: string): Search {
  return { command: ({ name }) => (names.includes(name) ? `\\${name} ${message}` : undefined) };
}

const piping = new Set(['o', 'out', 'w', 'write', 'g', 'gx', 'gset', 'copy']);

/** Looks for psql commands that run a program: `\!`, backticks, and what is piped. */
export const programs: Search = {
  command: ({ name, argument }) => {
    const piped = piping.has(name) && (argument.startsWith('|') || /\bprogram\b/i.test(argument));
    const runs = name === '!' || argument.includes('`') || piped;
    return runs ? `\\${name} ${argument} runs a program`.replaceAll(/\s+/g, ' ') : undefined;
  },
};

/** Looks for a keyword outside strings and comments. */
export function keyword(word: string, message: string): Search {
  const pattern = new RegExp(`\\b${word}\\b`);
  return { statement: ({ code }) => (pattern.test(code) ? `${word.toUpperCase()} ${message}` : undefined) };
}

/** Looks for nodes of some kinds in the parse tree, or for those of them that a condition holds for. */
export function nodes(kinds: Iterable<string>, message: string, holds?: (node: SqlNode) => boolean): Search {
  const wanted = [...kinds];
  return {
    statement: (statement) =>
      nodesOf(statement, ...wanted).some((node) => holds?.(node) ?? true)
        ? `${statement.verb.toUpperCase()} ${message}`
        : undefined,
  };
}

/** Looks for a name in statements, in their literals and in what psql is told. */
export function mentions(pattern: RegExp, message: string): Search {
  const found = (texts: readonly string[]) => {
    const name = texts.map((text) => pattern.exec(text)?.[0]).find(Boolean);
    return name === undefined ? undefined : `${name} ${message}`;
  };
  return {
    command: ({ argument }) => found([argument]),
    statement: ({ code, literals }) => found([code.replaceAll(' ', ''), ...literals]),
  };
}

/** Looks for calls of functions by the pattern of their names. */
export function calls(pattern: RegExp, message: string): Search {
  return {
    statement: (statement) => {
      const name = callsOf(statement).find((called) => pattern.test(called));
      return name === undefined ? undefined : `${name}() ${message}`;
    },
  };
}

/** Makes a row of the table a rule: nothing that it looks for may stand in any script, whatever the script is for. */
export function forbid({ looksFor, unless, ...rule }: Forbidden): Rule {
  return {
    ...rule,
    *check(subject): Iterable<Problem> {
      for (const script of subject.scripts)
        for (const { command, statement } of looksFor) {
          const judged = script.statements.filter((found) => unless?.(found, subject, script) !== true);
          const places: (readonly [{ readonly line: number }, string | undefined])[] = [
            ...(command === undefined ? [] : script.commands.map((found) => [found, command(found)] as const)),
            ...(statement === undefined ? [] : judged.map((found) => [found, statement(found)] as const)),
          ];
          for (const [place, message] of places) if (message !== undefined) yield problemAt(script, place, message);
        }
    },
  };
}
