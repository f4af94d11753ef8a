/**
 * How long a call to S3, Step Functions or SNS may take, in milliseconds. The SDK sets no limit of its own, and a store
 * that accepts a connection and never answers would hold up a rollback until its function is killed. With the SDK's
 * three attempts this stays below the 15 s that every function has left for such calls (core/command/timeouts.ts).
 */
export const answersWithin = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };
