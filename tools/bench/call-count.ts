import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest } from 'node:http';
import * as z from 'zod';
import type { EvidenceStore } from '../../core/base/ports.ts';

const channel = 'http.client.request.start';
const messageSchema = z.object({ request: z.instanceof(ClientRequest) });
const target = /^AmazonSSM\.(\w+)$/;

/** The poll of a running command. A release makes as many as it needs, so no limit applies to them. */
export const poll = 'SSM GetCommandInvocation';

/** Counts the AWS calls of a release's functions, by the state that makes them. */
export class CallCount {
  /** The state that runs now; the measuring code sets it. */
  state = '';
  readonly #calls: { readonly state: string; readonly operation: string }[] = [];

  /** Calls by operation, in the order of their first use; if a state is given, only the calls of that state. */
  byOperation(state?: string): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const call of this.#calls) {
      if (state === undefined || call.state === state)
        counts.set(call.operation, (counts.get(call.operation) ?? 0) + 1);
    }
    return counts;
  }

  /** The number of calls of a state, without polls. */
  besidesPolls(state: string): number {
    return [...this.byOperation(state)].reduce((sum, [operation, count]) => sum + (operation === poll ? 0 : count), 0);
  }

  /** Wraps a store and counts the S3 calls that it would make: one list and one read per entry found, or one put. */
  watching(store: EvidenceStore): EvidenceStore {
    return {
      list: async (runId) => {
        const found = await store.list(runId);
        this.#add('S3 ListObjectsV2');
        for (const _ of found) this.#add('S3 GetObject');
        return found;
      },
      write: (...entry) => {
        this.#add('S3 PutObject');
        return store.write(...entry);
      },
      writeArchive: (...archive) => {
        this.#add('S3 PutObject');
        return store.writeArchive(...archive);
      },
      readArchive: (runId) => {
        this.#add('S3 GetObject');
        return store.readArchive(runId);
      },
      writeReport: (...file) => {
        this.#add('S3 PutObject');
        return store.writeReport(...file);
      },
    };
  }

  /** Counts the requests of the handlers' own SDK clients to Systems Manager while `run` lasts. */
  async during<T>(run: () => Promise<T>): Promise<T> {
    const count = (message: unknown) => {
      const { request } = messageSchema.parse(message);
      const operation = target.exec(String(request.getHeader('x-amz-target') ?? ''))?.[1];
      if (operation !== undefined) this.#add(`SSM ${operation}`);
    };
    subscribe(channel, count);
    try {
      return await run();
    } finally {
      unsubscribe(channel, count);
    }
  }

  #add(operation: string): void {
    this.#calls.push({ state: this.state, operation });
  }
}
