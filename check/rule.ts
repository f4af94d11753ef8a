import type { Script } from './script.ts';
import type { Subject } from './subject.ts';

/** A broken rule: where, and in words. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A problem with the rule it breaks and what to do about it: what `one-roof check` prints. */
export interface Finding extends Problem {
  readonly rule: string;
  readonly fix: string;
}

/** A change to the example package: the part of a file between `-- <part>` and `-- </part>` holds this instead. */
export interface Example {
  readonly file: string;
  /** Name of the part; a file without parts is replaced as a whole by leaving it out. */
  readonly part?: string;
  readonly sql: string;
}

/** One rule of the linter. Its two examples are its documentation and its test. */
export interface Rule {
  readonly id: string;
  /** What has to be so, as a sentence. */
  readonly title: string;
  /** What to do when it is not so, as an imperative. */
  readonly fix: string;
  /** A package that keeps every rule. */
  readonly good: Example;
  /** A package that breaks this rule and no other. */
  readonly bad: Example;
  check(subject: Subject): Iterable<Problem>;
}

/** A problem at a statement, command or line of a script: in the file and line that it was read from. */
export function problemAt(script: Pick<Script, 'origin'>, place: { readonly line: number }, message: string): Problem {
  return { ...script.origin(place.line), message };
}
