import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { utf8Text } from '../core/base/utf8-text.ts';
import type { StoredFile } from '../core/report/compare-store.ts';
import { ServiceRefused } from './execution-errors.ts';

/** What the bucket says of one key: its newest version first. */
interface Versions {
  readonly ids: string[];
  deleted: boolean;
}

async function listVersions(client: S3Client, bucket: string, prefix: string): Promise<Map<string, Versions>> {
  const keys = new Map<string, Versions>();
  const of = (key: string) => keys.set(key, keys.get(key) ?? { ids: [], deleted: false }).get(key);
  let page: Partial<ListObjectVersionsCommandOutput> = {};
  do {
    page = await client.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: page.NextKeyMarker,
        VersionIdMarker: page.NextVersionIdMarker,
      }),
    );
    for (const { Key = '', VersionId = '' } of page.Versions ?? []) of(Key)?.ids.push(VersionId);
    for (const { Key = '', IsLatest } of page.DeleteMarkers ?? []) {
      const versions = of(Key);
      if (versions !== undefined) versions.deleted ||= IsLatest === true;
    }
  } while (page.IsTruncated === true);
  return keys;
}

async function readNewest(client: S3Client, bucket: string, key: string, version: string | undefined) {
  if (version === undefined) return undefined;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
  return utf8Text((await Body?.transformToByteArray()) ?? new Uint8Array());
}

/**
 * Everything that the evidence bucket ever stored of a run, deleted objects too.
 * @throws ServiceRefused when the caller may not list versions (the auditor's policy allows it), or S3 does not answer.
 */
export async function readStoredEvidence(
  bucket: string,
  runId: string,
  config: S3ClientConfig = {},
): Promise<StoredFile[]> {
  const client = new S3Client(config);
  const prefix = `runs/${runId}/`;
  try {
    const files: StoredFile[] = [];
    for (const [key, { ids, deleted }] of await listVersions(client, bucket, prefix)) {
      const text = await readNewest(client, bucket, key, ids[0]);
      files.push({ path: key.slice(prefix.length), text, versions: ids.length, deleted });
    }
    return files;
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    throw new ServiceRefused(
      `The bucket ${bucket} could not be compared (${reason}); the auditor's policy allows it.`,
      {
        cause: error,
      },
    );
  }
}
