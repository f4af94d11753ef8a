import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { database } from '../package.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';

/** Pause between two statements of a client, in milliseconds: shorter than any stall that is judged. */
const PAUSE_MS = 10;
/** SQLSTATE of an error that PostgreSQL raises to end a deadlock. */
const DEADLOCK = '40P01';

/** One client of an application, which repeats what it does, and knows how long it was kept waiting. */
export class Repeater {
  readonly #client: Client;
  readonly #next: () => string;
  readonly #ended: Promise<void>;
  #longest = 0;
  #done = 0;
  #stopped = false;
  /** How often it was chosen to end a deadlock. */
  deadlocks = 0;

  private constructor(client: Client, next: () => string) {
    this.#client = client;
    this.#next = next;
    this.#ended = this.#repeat();
  }

  /** Connects, and begins; `next` gives the statements of each turn. */
  static async start(server: PostgresServer, next: () => string): Promise<Repeater> {
    const client = new Client({ connectionString: server.url(database) });
    await client.connect();
    return new Repeater(client, next);
  }

  async #repeat(): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      await this.#client.query(this.#next()).catch(async (error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === DEADLOCK)) throw error;
        this.deadlocks += 1;
        await this.#client.query('rollback');
      });
      this.#longest = Math.max(this.#longest, performance.now() - began);
      this.#done += 1;
      await sleep(PAUSE_MS);
    }
  }

  /** The longest turn since this was last asked, in milliseconds; what is waiting now is waited for. */
  async longest(): Promise<number> {
    for (const before = this.#done; this.#done < before + 2;) await Promise.race([sleep(PAUSE_MS), this.#ended]);
    const found = this.#longest;
    this.#longest = 0;
    return found;
  }

  /** Ends it after the turn in hand. @throws when a statement failed for another reason than a deadlock. */
  async stop(): Promise<void> {
    this.#stopped = true;
    try {
      await this.#ended;
    } finally {
      await this.#client.end();
    }
  }
}
