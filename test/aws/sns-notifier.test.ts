import type { SNSClient } from '@aws-sdk/client-sns';
import { createSnsNotifier } from '../../aws/sns-notifier.ts';

async function sent(subject: string, message: string) {
  const inputs: { Subject?: string; Message?: string }[] = [];
  const client = { send: ({ input }: { input: object }) => Promise.resolve(void inputs.push(input)) };
  await createSnsNotifier('topic', client as unknown as SNSClient).notify(subject, message);
  return inputs[0] ?? {};
}

test.each([
  ['a line feed', 'released\nBcc: all', 'released?Bcc: all'],
  ['a control', 'a\u001b[31m\u0085b', 'a?[31m?b'],
  ['a mark that turns text', 'a\u202eb\u2066c', 'a?b?c'],
  ['letters with marks', 'Quản trị, Ðô thị', 'Quan tri, ?o thi'],
  ['a picture', 'ok \u{1f600}', 'ok ?'],
])('a subject with %s becomes ASCII in one line', async (_what, subject, expected) => {
  expect((await sent(subject, '')).Subject).toBe(expected);
});

test('a subject has at most 100 characters', async () => {
  expect((await sent('é'.repeat(300), '')).Subject).toBe('e'.repeat(100));
});

test('a message shows what would not be seen, and keeps its lines', async () => {
  const { Message } = await sent('x', 'one\u202e\ntwo\u0008\r');
  expect(Message).toBe('one\\u202e\ntwo\\u0008\\u000d');
});
