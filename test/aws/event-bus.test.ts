import type { ServiceCall } from '../../aws/call-service.ts';
import { createEventBus } from '../../aws/event-bus.ts';
import type { ReleaseEvent } from '../../core/base/release-event.ts';

const bus = 'arn:aws:events:eu-central-1:000000000000:event-bus/default';
const event: ReleaseEvent = {
  type: 'Release ended',
  detail: {
    ...{ version: 1, title: 'A package', execution: 'arn:of:the:execution', at: '2026-06-03T10:00:00.000Z' },
    ending: { name: 'released', state: 'Release complete', exitCode: 0 },
  },
};

test('an event is put with its source, its kind and the execution that it is about', async () => {
  const asked: ServiceCall[] = [];
  await createEventBus(bus, (call) => (asked.push(call), Promise.resolve({ FailedEntryCount: 0 }))).put(event);
  const entry = {
    ...{ Source: 'one-roof.release', DetailType: 'Release ended', EventBusName: bus },
    ...{ Detail: JSON.stringify(event.detail), Resources: ['arn:of:the:execution'] },
  };
  expect(asked).toEqual([
    { service: 'events', region: 'eu-central-1', target: 'AWSEvents.PutEvents', input: { Entries: [entry] } },
  ]);
});

test.each([[{ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] }], [{}], ['']])(
  'an answer that does not say that the event was taken is an error: %j',
  async (answer) => {
    await expect(createEventBus(bus, () => Promise.resolve(answer)).put(event)).rejects.toThrow();
  },
);
