import type { HistoryEvent as SdkHistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';

/**
 * A history event. The compiler checks it against the SDK's own type; the members that every event has are required
 * here.
 */
export type HistoryEvent = SdkHistoryEvent & {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly type: HistoryEventType;
};

/** The part of an event that a caller of History.add gives; the history sets id and time. */
export type EventDetails = Omit<SdkHistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

/** One execution's events: consecutive ids from 1, as GetExecutionHistory returns them. */
export class History {
  readonly #events: HistoryEvent[] = [];
  readonly #now: () => Date;
  readonly #onEvent: (event: HistoryEvent) => void;

  constructor(now: () => Date, onEvent: (event: HistoryEvent) => void) {
    this.#now = now;
    this.#onEvent = onEvent;
  }

  /** All events so far, oldest first. */
  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /**
   * Appends an event and returns its id. `follows` is false for an event that does not come from the flow: AWS gives
   * the first state, an abort and a machine time-out the previousEventId 0 (recorded).
   */
  add(type: HistoryEventType, details: EventDetails, follows = true): number {
    const id = this.#events.length + 1;
    const previousEventId = follows && id > 2 ? id - 1 : 0;
    const event = { ...details, id, previousEventId, timestamp: this.#now(), type };
    this.#events.push(event);
    this.#onEvent(event);
    return id;
  }
}
