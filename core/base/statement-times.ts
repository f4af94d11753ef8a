import * as z from 'zod';

/** One statement as psql timed it. */
const timedStatementSchema = z.object({
  milliseconds: z.number(),
  /** What its command tag says; absent where that names no rows, as for a query or a block. */
  rows: z.int().optional(),
});

/** @see timedStatementSchema */
export type TimedStatement = z.infer<typeof timedStatementSchema>;

/**
 * The statements of a transaction in their order, by the script that they stand in. Places and text are the package's: evidence
 * holds numbers alone, so that neither SQL nor rows can get into it.
 */
export const statementTimesSchema = z.record(z.string(), z.array(timedStatementSchema));

/** @see statementTimesSchema */
export type StatementTimes = z.infer<typeof statementTimesSchema>;

/** What an entry says of the statements that its step timed. */
export const timedFactsSchema = z.object({ statements: statementTimesSchema });
