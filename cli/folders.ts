import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where evidence and reports go unless told otherwise: outside the checkout, in the user's state folder as the XDG
 * base directory specification names it.
 */
export function defaultReportFolder(): string {
  const state = process.env['XDG_STATE_HOME'];
  return join(state === undefined || state === '' ? join(homedir(), '.local', 'state') : state, 'one-roof', 'runs');
}
