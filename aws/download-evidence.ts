import { GetObjectCommand, paginateListObjectsV2, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../core/base/errors.ts';
import { isRunFile } from '../core/report/run-folder.ts';
import { ServiceRefused } from './execution-errors.ts';

/** Location of a report, as *Write report* names it: `s3://bucket/runs/<run id>/report/report.md`. */
const location = /^s3:\/\/([a-z0-9.-]{3,63})\/(runs\/[0-9a-f]{12}\/)/;

/** Whether a report lies in a bucket rather than in a folder. */
export function isInBucket(report: string): boolean {
  return location.test(report);
}

/** The location of a run in a bucket. @throws UsageError when the name cannot be that of a bucket. */
export function runLocation(bucket: string, runId: string): string {
  const found = `s3://${bucket}/runs/${runId}/`;
  if (isInBucket(found)) return found;
  throw new UsageError(`"${bucket}" is not a bucket name: it has 3 to 63 lower-case letters, digits, dots and hyphens`);
}

/** The result of fetching a run. */
export interface Fetched {
  /** The paths that were written. */
  readonly files: readonly string[];
  /** Objects that are not files of a run; they were not copied. */
  readonly strangers: readonly string[];
}

async function fetchAll(client: S3Client, bucket: string, prefix: string, folder: string): Promise<Fetched> {
  const files: string[] = [];
  const strangers: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of Contents) {
      if (Key === undefined) continue;
      if (!isRunFile(Key.slice(prefix.length))) {
        strangers.push(Key);
        continue;
      }
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const file = join(folder, basename(Key));
      // Whatever is there is removed first, so that nothing is ever written through a link.
      await rm(file, { force: true });
      await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array(), { flag: 'wx' });
      files.push(file);
    }
  }
  return { files, strangers };
}

/**
 * Copies a run's evidence and report from the evidence bucket into a folder with the layout of the local runtime:
 * entries and report side by side, byte for byte as in the bucket.
 * @throws ServiceRefused when the caller may not read the bucket, or it does not answer.
 */
export async function downloadEvidence(report: string, folder: string, config: S3ClientConfig = {}): Promise<Fetched> {
  const [, bucket = '', prefix = ''] = location.exec(report) ?? [];
  const client = new S3Client(config);
  try {
    await mkdir(folder, { recursive: true });
    return await fetchAll(client, bucket, prefix, folder);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    throw new ServiceRefused(`The report at ${report} could not be fetched (${reason})`, { cause: error });
  }
}
