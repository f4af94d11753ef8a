import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { assertDecisionKey } from '../core/base/evidence-key.ts';
import type { DecisionReader, DecisionStore } from '../core/base/ports.ts';
import { answersWithin } from './time-outs.ts';

/** Decisions beside the evidence, in the same bucket: written once, and kept by the same Object Lock. */
export function createDecisionBucket(
  bucket: string,
  client = new S3Client({ requestHandler: answersWithin }),
): DecisionReader & DecisionStore {
  return {
    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: assertDecisionKey(key) }));
        return await Body?.transformToString('utf-8');
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(key, text) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: assertDecisionKey(key),
          Body: text,
          ContentType: 'application/json',
          IfNoneMatch: '*',
          ChecksumAlgorithm: 'SHA256',
        }),
      );
    },
  };
}
