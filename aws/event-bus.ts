import * as z from 'zod';
import type { EventBus } from '../core/base/ports.ts';
import { eventSource } from '../core/base/release-event.ts';
import type { AnnouncerPorts } from '../core/base/step-ports.ts';
import { createBasePorts } from './base-ports.ts';
import { callService } from './call-service.ts';

const answerSchema = z.object({ FailedEntryCount: z.literal(0) });

/** EventBridge. An event whose answer was lost is put again: it carries the same execution and time. */
export function createEventBus(busArn: string, call = callService): EventBus {
  const [, , , region = ''] = busArn.split(':');
  return {
    async put({ type, detail }) {
      const entry = {
        Source: eventSource,
        DetailType: type,
        Detail: JSON.stringify(detail),
        Resources: [detail.execution],
        EventBusName: busArn,
      };
      const answer = await call({
        service: 'events',
        region,
        target: 'AWSEvents.PutEvents',
        input: { Entries: [entry] },
      });
      answerSchema.parse(answer);
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
