import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { visible } from '../core/base/visible.ts';
import type { Notifier } from '../core/base/ports.ts';
import { answersWithin } from './time-outs.ts';

/** SNS refuses subjects of more than 100 characters. */
const MAX_SUBJECT = 100;

/** A subject that SNS accepts: ASCII in one line, letters without their accents, everything else as `?`. */
function subjectLine(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.replace(/[^ -~]/gu, '?').slice(0, MAX_SUBJECT);
}

/** Notification through an SNS topic, to which people subscribe by email. */
export function createSnsNotifier(
  topicArn: string,
  client = new SNSClient({ requestHandler: answersWithin }),
): Notifier {
  return {
    async notify(subject, message) {
      await client.send(
        new PublishCommand({ TopicArn: topicArn, Subject: subjectLine(subject), Message: visible(message) }),
      );
    },
  };
}
