/**
 * What a bundle holds in place of `@smithy/core/event-streams`. The S3 client loads that module at its start for the one
 * operation that streams events, which no function of ours calls; the module is 4 % of a bundle.
 */
export const eventStreamSerdeProvider = () => ({});
export const resolveEventStreamSerdeConfig = (config) => config;
export const EventStreamSerde = class {
  constructor() {
    throw new Error('this bundle was made without event streams; see lib/house/no-event-streams.mjs');
  }
};
