import { messageOf } from '../../core/base/errors.ts';

/** An error as Lambda reports it to Step Functions: the class name, and a JSON text with message, type and trace. */
export interface ErrorEnvelope {
  readonly error: string;
  readonly cause: string;
}

/** Wraps what a handler threw. The trace is left out: it names files of this machine. */
export function envelope(thrown: unknown): ErrorEnvelope {
  const errorType = thrown instanceof Error ? thrown.name : 'Error';
  const errorMessage = messageOf(thrown);
  return { error: errorType, cause: JSON.stringify({ errorMessage, errorType, trace: [] }) };
}
