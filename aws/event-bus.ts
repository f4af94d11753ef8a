import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../core/base/ports.ts';
import { eventSource } from '../core/base/release-event.ts';
import type { AnnouncerPorts } from '../core/base/step-ports.ts';
import { createBasePorts } from './base-ports.ts';
import { answersWithin } from './time-outs.ts';

/** EventBridge. An event whose answer was lost is put again: it carries the same execution and time. */
export function createEventBus(
  busArn: string,
  client = new EventBridgeClient({ requestHandler: answersWithin }),
): EventBus {
  return {
    async put({ type, detail }) {
      const entry = {
        Source: eventSource,
        DetailType: type,
        Detail: JSON.stringify(detail),
        Resources: [detail.execution],
        EventBusName: busArn,
      };
      const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      if (FailedEntryCount !== 0) throw new Error(`EventBridge did not take the event (${Entries?.[0]?.ErrorCode})`);
    },
  };
}

/** The ports of the function that announces, on AWS. */
export function createAnnouncerPorts(settings: {
  readonly EVIDENCE_BUCKET: string;
  readonly EVENT_BUS: string;
}): AnnouncerPorts {
  return { ...createBasePorts(settings), events: createEventBus(settings.EVENT_BUS) };
}
