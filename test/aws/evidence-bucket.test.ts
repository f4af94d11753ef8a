import { createServer, type Server } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { createEvidenceBucket } from '../../aws/evidence-bucket.ts';
import type { EvidenceStore } from '../../core/base/ports.ts';

/** A bucket that keeps what is put, refuses what is taken, and misbehaves on request. */
let objects: Map<string, string>;
let mood: 'well' | 'loses the first answer' | 'silent';
let puts: number;
let server: Server;
let store: EvidenceStore;

beforeEach(async () => {
  objects = new Map();
  mood = 'well';
  puts = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const key = new URL(request.url ?? '', 'http://bucket').pathname;
      if (mood === 'silent') return;
      if (request.method === 'GET') {
        const body = objects.get(key);
        return void response.writeHead(body === undefined ? 404 : 200).end(body);
      }
      puts += 1;
      if (objects.has(key)) return void response.writeHead(412).end();
      objects.set(key, Buffer.concat(chunks).toString());
      if (mood === 'loses the first answer' && puts === 1) return void request.socket.destroy();
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
    maxAttempts: 2,
    requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  store = createEvidenceBucket('evidence', client);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const run = '0123456789ab';

it('an entry is written once; a number that another writer has taken is refused', async () => {
  expect(await store.write(run, 1, '{"a":1}')).toBe(true);
  expect(await store.write(run, 1, '{"a":2}')).toBe(false);
  expect([...objects]).toEqual([[`/evidence/runs/${run}/0001.json`, '{"a":1}']]);
});

it('an entry whose answer was lost is known again by the second attempt, and not written twice', async () => {
  mood = 'loses the first answer';
  expect(await store.write(run, 1, '{"a":1}')).toBe(true);
  expect([puts, objects.size]).toEqual([2, 1]);
});

it('so is a report; another report of the same name is an error', async () => {
  mood = 'loses the first answer';
  await expect(store.writeReport(run, 'report.md', 'all well')).resolves.toContain(`runs/${run}/report/report.md`);
  await expect(store.writeReport(run, 'report.md', 'another')).rejects.toThrow('holds another report');
});

it('so is the package of a run, which is read back byte for byte', async () => {
  mood = 'loses the first answer';
  await store.writeArchive(run, '{"files":{}}');
  await expect(store.readArchive(run)).resolves.toBe('{"files":{}}');
  await expect(store.writeArchive(run, '{"files":{"a":""}}')).rejects.toThrow('holds another package');
  await expect(store.readArchive('0123456789ac')).rejects.toThrow();
});

it('a store that never answers is an error within its time, not a wait for ever', async () => {
  mood = 'silent';
  await expect(store.write(run, 1, '{"a":1}')).rejects.toThrow(/time/i);
});
