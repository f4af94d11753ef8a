/** Code of an approval request: `APR-` and up to eight groups of capitals and digits, 64 characters at most. */
export const aprPattern = /^APR-[A-Z0-9]+(-[A-Z0-9]+){0,7}$/;
/** Characters that a code has at most. */
export const APR_MAX_LENGTH = 64;

/** Whether a text can be an APR code at all; what it refers to is asked of the database. */
export function isAprCode(text: string): boolean {
  return text.length <= APR_MAX_LENGTH && aprPattern.test(text);
}
