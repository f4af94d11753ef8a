import type { SenderSettings } from './call-script.ts';
import type { DocumentPins } from '../base/contracts.ts';
import { CommandNotSent } from '../base/errors.ts';
import type { SenderPorts } from '../base/step-ports.ts';

/**
 * Pins the documents of a rollback step to the versions that are deployed now. The wrapper inside each document still
 * refuses any script whose sha256 is not the one that this function was built with, so a replaced document cannot run
 * other SQL.
 * @throws CommandNotSent when a document does not exist.
 */
export async function pinDocuments(ports: SenderPorts, settings: SenderSettings): Promise<DocumentPins> {
  const pins = await Promise.all(
    settings.SCRIPTS.map(async ({ id, document }) => {
      const deployed = await ports.commands.readDocument(document);
      if (deployed === undefined)
        throw new CommandNotSent(`The command document ${document} does not exist, so nothing was sent. Deploy again.`);
      return [id, { version: deployed.version, hash: deployed.hash }] as const;
    }),
  );
  return Object.fromEntries(pins);
}
