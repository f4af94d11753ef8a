import {
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { entryFileName, evidenceFolderName, reportFileName } from '../core/base/evidence-key.ts';
import { archiveFile } from '../core/package/archive-file.ts';
import type { EvidenceStore, StoredEntry } from '../core/base/ports.ts';
import { answersWithin } from './time-outs.ts';

const entryFile = /^\d{4}\.json$/;

/** Whether the key was taken: S3 answers 412 when it exists (`If-None-Match: *`), and 409 when two writers conflict. */
function isTaken(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status === 412 || status === 409;
}

const runFolder = (runId: string) => `runs/${evidenceFolderName(runId)}`;

function contentType(fileName: string): string {
  if (/\.(json|sig)$/.test(fileName)) return 'application/json';
  return fileName.endsWith('.html') ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8';
}

/** Names of the entries in a folder. An object in a folder below it is not an entry, whatever its name. */
async function listNames(client: S3Client, bucket: string, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder })) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  }
  return keys
    .map((key) => key.slice(folder.length))
    .filter((name) => entryFile.test(name))
    .sort();
}

/**
 * Evidence in an S3 bucket with Object Lock. Every write is conditional (`If-None-Match: *`), so nothing is ever
 * overwritten.
 */
export function createEvidenceBucket(
  bucket: string,
  client = new S3Client({ requestHandler: answersWithin }),
): EvidenceStore {
  const put = (key: string, body: string, contentType: string) =>
    client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  const get = async (key: string): Promise<string> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString('utf-8')) ?? '';
  };
  /**
   * True when the key holds this text by our own write. That includes an earlier attempt of the SDK whose answer was
   * lost.
   */
  const store = async (key: string, body: string, type: string): Promise<boolean> => {
    try {
      await put(key, body, type);
      return true;
    } catch (error) {
      if (!isTaken(error)) throw error;
      return (await get(key).catch(() => undefined)) === body;
    }
  };
  return {
    async list(runId) {
      const folder = `${runFolder(runId)}/`;
      const names = await listNames(client, bucket, folder);
      return Promise.all(
        names.map(async (name): Promise<StoredEntry> => ({
          sequence: Number(name.slice(0, 4)),
          text: await get(folder + name),
        })),
      );
    },
    async write(runId, sequence, text) {
      return store(`${runFolder(runId)}/${entryFileName(sequence)}`, text, 'application/json');
    },
    async writeArchive(runId, text) {
      const key = `${runFolder(runId)}/${archiveFile}`;
      if (!(await store(key, text, 'application/json')))
        throw new Error(`${key} exists and holds another package; it was not overwritten`);
    },
    readArchive: (runId) => get(`${runFolder(runId)}/${archiveFile}`),
    async writeReport(runId, fileName, text) {
      const key = `${runFolder(runId)}/report/${reportFileName(fileName)}`;
      if (!(await store(key, text, contentType(fileName))))
        throw new Error(`${key} exists and holds another report; it was not overwritten`);
      return `s3://${bucket}/${key}`;
    },
  };
}
