import type { SenderSettings } from './call-script.ts';
import type { DocumentPins } from '../base/contracts.ts';
import { CommandNotSent } from '../base/errors.ts';
import type { SenderPorts } from '../base/ports.ts';

/**
 * Pins the documents of a rollback step to what is deployed now. The wrapper inside the document still refuses any
 * script whose sha256 is not the one this function was built with, so a swapped document cannot run other SQL.
 * @throws CommandNotSent when a document does not exist.
 */
export async function pinDocuments(ports: SenderPorts, settings: SenderSettings): Promise<DocumentPins> {
  const pins = await Promise.all(
    settings.SCRIPTS.map(async ({ id, document }) => {
      const deployed = await ports.commands.readDocument(document);
      if (deployed === undefined)
        throw new CommandNotSent(`The command document ${document} does not exist: deploy again.`);
      return [id, { version: deployed.version, hash: deployed.hash }] as const;
    }),
  );
  return Object.fromEntries(pins);
}
