import { DefinitionError, RuntimeFailure } from './errors.ts';
import { applyIntrinsic, checkIntrinsic } from './intrinsic.ts';
import type { Json } from './json.ts';
import { parsePath, readPath, scanPath, type Path, type Scope } from './json-path.ts';

/**
 * The value of a `.$` field, parsed once while loading: a path, or an intrinsic function whose arguments are paths,
 * functions or literals.
 */
export type Expression =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'literal'; readonly value: Json; readonly raw: string }
  | { readonly kind: 'call'; readonly name: string; readonly text: string; readonly parameters: readonly Expression[] };

const functionName = /States\.\w+/y;
const quoted = /'((?:[^'\\]|\\.)*)'/y;
const plain = /true|false|null|-?\d+(?:\.\d+)?/y;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression {
    const expression = this.#call();
    if (this.#at !== this.#text.length) this.#refuse();
    return expression;
  }

  #call(): Expression {
    const from = this.#at;
    const name = this.#take(functionName)?.[0];
    if (name === undefined || this.#text[this.#at] !== '(') return this.#refuse();
    this.#at += 1;
    const parameters: Expression[] = [];
    for (;;) {
      this.#space();
      if (this.#text[this.#at] === ')' && parameters.length === 0) break;
      parameters.push(this.#parameter());
      this.#space();
      if (this.#text[this.#at] !== ',') break;
      this.#at += 1;
    }
    if (this.#text[this.#at] !== ')') return this.#refuse();
    this.#at += 1;
    checkIntrinsic(name, parameters.length);
    return { kind: 'call', name, text: this.#text.slice(from, this.#at), parameters };
  }

  #parameter(): Expression {
    const next = this.#text[this.#at];
    if (next === '$') {
      const { path, end } = scanPath(this.#text, this.#at);
      this.#at = end;
      return { kind: 'path', path };
    }
    if (next === 'S') return this.#call();
    const raw = this.#take(quoted)?.[1];
    if (raw !== undefined) return { kind: 'literal', raw, value: raw.replace(/\\(.)/gs, '$1') };
    const word = this.#take(plain)?.[0];
    if (word === undefined) return this.#refuse();
    return {
      kind: 'literal',
      raw: word,
      value: word === 'null' ? null : word === 'true' || (word !== 'false' && Number(word)),
    };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match;
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }

  #refuse(): never {
    throw new DefinitionError(
      `"${this.#text}" is neither a path nor an intrinsic function (at character ${this.#at + 1})`,
    );
  }
}

/**
 * Parses the value of a `.$` field, of ErrorPath or of CausePath.
 * @throws DefinitionError for anything that is not a supported path or intrinsic function.
 */
export function parseExpression(text: string): Expression {
  return text.startsWith('$') ? { kind: 'path', path: parsePath(text) } : new Parser(text).whole();
}

/**
 * The value of an expression. The error names `field` as AWS does. @throws RuntimeFailure when a path has no value or a
 * function fails.
 */
export function evaluate(expression: Expression, scope: Scope, field: string): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path': {
      const value = readPath(expression.path, scope);
      if (value !== undefined) return value;
      throw new RuntimeFailure(
        `The JSONPath '${expression.path.text}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.input)}'`,
      );
    }
    case 'call': {
      const values = expression.parameters.map((parameter) => evaluate(parameter, scope, field));
      const [first] = expression.parameters;
      const [value] = values;
      const template = first?.kind === 'literal' ? first.raw : typeof value === 'string' ? value : '';
      return applyIntrinsic(expression.name, expression.text, values, template);
    }
  }
}
