import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../core/base/ports.ts';
import { answersWithin } from './time-outs.ts';

/** SNS refuses subjects of more than 100 characters. */
const MAX_SUBJECT = 100;

/** Notification through an SNS topic, to which people subscribe by email. */
export function createSnsNotifier(
  topicArn: string,
  client = new SNSClient({ requestHandler: answersWithin }),
): Notifier {
  return {
    async notify(subject, message) {
      await client.send(
        new PublishCommand({ TopicArn: topicArn, Subject: subject.slice(0, MAX_SUBJECT), Message: message }),
      );
    },
  };
}
