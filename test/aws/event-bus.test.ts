import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
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

/** A bus whose service answers this, and the questions that it was asked. */
function busThatAnswers(answer: object) {
  const asked: object[] = [];
  const send = ({ input }: { readonly input: object }) => (asked.push(input), Promise.resolve(answer));
  return { asked, bus: createEventBus(bus, { send } as unknown as EventBridgeClient) };
}

test('an event is put with its source, its kind and the execution that it is about', async () => {
  const taken = busThatAnswers({ FailedEntryCount: 0 });
  await taken.bus.put(event);
  const entry = {
    ...{ Source: 'one-roof.release', DetailType: 'Release ended', EventBusName: bus },
    ...{ Detail: JSON.stringify(event.detail), Resources: ['arn:of:the:execution'] },
  };
  expect(taken.asked).toEqual([{ Entries: [entry] }]);
});

test.each([[{ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] }], [{}]])(
  'an answer that does not say that the event was taken is an error: %j',
  async (answer) => {
    await expect(busThatAnswers(answer).bus.put(event)).rejects.toThrow('EventBridge did not take the event');
  },
);
