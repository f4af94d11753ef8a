import { commandOutcome, type CommandOutcome } from '../../../core/command/command-outcome.ts';
import type { WrapperExit } from '../../../core/command/wrapper-output.ts';

const statuses = [
  'Pending',
  'InProgress',
  'Delayed',
  'Cancelling',
  'Success',
  'Cancelled',
  'TimedOut',
  'Failed',
  'Brandnew',
];
const details = [
  ...statuses,
  'ExecutionTimedOut',
  'DeliveryTimedOut',
  'Execution Timed Out',
  'Delivery Timed Out',
  'Undeliverable',
  'Terminated',
  'InvalidPlatform',
  'Invalid Platform',
  'AccessDenied',
  'Access Denied',
  'Incomplete',
  'RateExceeded',
  'NoInstancesInTag',
  'none',
];
const codes = [-1, 0, 1, 2, 3, 65, 66, 69, 70, 124, 125, 126, 127, 137, 168, 169, 194];

// r running, s succeeded, f failed-clean, u unknown; one letter a column.
const words: Record<string, CommandOutcome> = { r: 'running', s: 'succeeded', f: 'failed-clean', u: 'unknown' };
const columns: (WrapperExit | undefined)[] = [undefined, 0, 2, 3, 65, 66, 69, 70, 124];
const table: Record<string, string> = {
  //            none 0 2 3 65 66 69 70 124
  Pending: /*    */ 'r s u f f u f u u',
  InProgress: /* */ 'r s u f f u f u u',
  Delayed: /*    */ 'r s u f f u f u u',
  Cancelling: /* */ 'r s u f f u f u u',
  Success: /*    */ 'u s u u u u u u u',
  Cancelled: /*  */ 'u s u f f u f u u',
  TimedOut: /*   */ 'u s u f f u f u u',
  Failed: /*     */ 'u s u f f u f u u',
  Brandnew: /*   */ 'u s u f f u f u u',
};
/** The only cells where details and response code matter: no last line, and refused before any delivery. */
const neverStarted = new Set(['InvalidPlatform', 'Invalid Platform', 'AccessDenied', 'Access Denied']);

const rows = statuses.flatMap((status) => columns.map((exit, index) => ({ status, exit, index })));

it.each(rows)('status $status, last line $exit', ({ status, exit, index }) => {
  const letter = table[status]?.split(' ')[index] ?? '';
  const end = exit === undefined ? undefined : { runId: '0a1b2c3d4e5f', scriptId: 'tier-3', exit };
  for (const statusDetails of details) {
    for (const responseCode of codes) {
      const refused =
        end === undefined && status === 'Failed' && responseCode === -1 && neverStarted.has(statusDetails);
      const expected = refused ? 'failed-clean' : words[letter];
      const cell = { status, statusDetails, responseCode };
      expect({ ...cell, outcome: commandOutcome(cell, end) }).toEqual({ ...cell, outcome: expected });
    }
  }
});

it('no status of SSM is a proof of success', () => {
  for (const status of statuses) {
    for (const statusDetails of details) {
      for (const responseCode of codes) {
        expect(commandOutcome({ status, statusDetails, responseCode }, undefined)).not.toBe('succeeded');
      }
    }
  }
});

it('a status that is the name of a method is unknown', () => {
  const odd = { status: 'constructor', statusDetails: 'toString', responseCode: 0 };
  expect(commandOutcome(odd, undefined)).toBe('unknown');
});
