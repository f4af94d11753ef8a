import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventBus } from '../../core/base/ports.ts';
import { eventSource } from '../../core/base/release-event.ts';

/** The file with the events of all runs, beside their folders. */
export function eventFile(folder: string): string {
  return join(folder, 'events.jsonl');
}

/** The local counterpart of EventBridge: a line per event, with the fields that a rule on AWS would see. */
export function createEventFile(folder: string): EventBus {
  return {
    async put({ type, detail }) {
      await mkdir(folder, { recursive: true });
      const event = { source: eventSource, 'detail-type': type, resources: [detail.execution], detail };
      await appendFile(eventFile(folder), `${JSON.stringify(event)}\n`);
    },
  };
}
