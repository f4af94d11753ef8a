/** Characters that any package's approval code has at most; the wrapper refuses longer ones before psql starts. */
export const MAX_CODE_LENGTH = 64;

/** What the code of an approval request looks like in one package; stands in the plan under `approval.code`. */
export interface CodeForm {
  /** Anchored, and the same to JavaScript, to SSM's allowedPattern and to PostgreSQL. */
  readonly pattern: string;
  readonly maxLength: number;
  readonly example: string;
}

/** Whether a text can be a code at all; what it refers to is asked of the database. */
export function isCode({ pattern, maxLength }: CodeForm, text: string): boolean {
  return text.length <= maxLength && new RegExp(pattern).test(text);
}

/** Whether the example of a form is of that form, and is made of what the wrapper lets through. */
export function isCodeOf(form: CodeForm): boolean {
  return isCode(form, form.example) && /^[A-Za-z0-9._-]+$/.test(form.example);
}

/** What a code has to look like, in words that follow "a code". */
export function describeForm({ pattern, maxLength, example }: CodeForm): string {
  return `looks like ${example} (at most ${maxLength} characters, ${pattern})`;
}
