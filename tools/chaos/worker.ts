import { packageVariable } from '../package.ts';
import { findFault, keepingFaults, singleFaults } from './catalogue.ts';
import { type Extra, play } from './play.ts';
import { openStand } from './open-stand.ts';

/** An order from the parent to a worker; an empty id ends the worker. */
export interface Order {
  readonly id: string;
  readonly extra: Extra;
}

async function work(): Promise<void> {
  const stand = await openStand();
  const faultsOf = process.env[packageVariable] === undefined ? singleFaults : keepingFaults;
  const faults = faultsOf(stand.released);
  const say = (message: unknown) => void process.send?.(message);
  process.on('message', ({ id, extra }: Order) => {
    const fault = findFault(faults, id);
    if (fault === undefined) {
      void stand.stop().finally(() => process.exit(0));
      return;
    }
    void play(stand, fault, extra).then(say);
  });
  // The parent has ended: the worker leaves nothing behind.
  const leave = () => void stand.stop().finally(() => process.exit(0));
  process.once('disconnect', leave);
  if (process.connected) say('ready');
  else leave();
}

// A promise that a killed function leaves behind may reject when its service stops; nothing waits for it.
process.on('unhandledRejection', () => undefined);
work().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exit(1);
});
