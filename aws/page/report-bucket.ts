import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { newestReport } from '../../core/approval/page/newest-report.ts';
import type { ReportReader } from '../../core/approval/page/ports.ts';
import { evidenceFolderName } from '../../core/base/evidence-key.ts';
import { answersWithin } from '../time-outs.ts';

/** The reports in the evidence bucket. */
export function createReportBucket(
  Bucket: string,
  client = new S3Client({ requestHandler: answersWithin }),
): ReportReader {
  return {
    async html(runId) {
      const Prefix = `runs/${evidenceFolderName(runId)}/report/`;
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
      const name = newestReport(Contents.flatMap(({ Key }) => Key?.slice(Prefix.length) ?? []));
      if (name === undefined) return undefined;
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: Prefix + name }));
      return Body?.transformToString('utf-8');
    },
  };
}
