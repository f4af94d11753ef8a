import { homedir } from 'node:os';
import { join } from 'node:path';

/** The package of this checkout, which commands take unless told otherwise. */
export const ownPackage = join(__dirname, '../../sql');

/** The smallest package that works, from which new ones are made. */
export const smallestPackage = join(__dirname, '../../examples/smallest');

/** The user's state folder as the XDG base directory specification names it; nothing is written into the checkout. */
function stateFolder(): string {
  const state = process.env['XDG_STATE_HOME'];
  return join(state === undefined || state === '' ? join(homedir(), '.local', 'state') : state, 'one-roof');
}

/** Where evidence and reports go unless told otherwise: outside the checkout. */
export function defaultReportFolder(): string {
  return join(stateFolder(), 'runs');
}

/** Where running local runtimes announce themselves to other terminals, one file each. */
export function runtimeFolder(): string {
  return join(stateFolder(), 'runtimes');
}
