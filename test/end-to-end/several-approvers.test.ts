import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { startPage } from '../../local/pages/start-page.ts';
import { exampleApr, openStage, type Stage } from '../cli/stage.ts';

/** A copy of the package that two different people have to approve, played on the laptop’s page by two of them. */

const folder = mkdtempSync(join(tmpdir(), 'one-roof-two-'));
let stage: Stage;

beforeAll(async () => {
  const packageDirectory = join(folder, 'sql');
  cpSync(join(__dirname, '../../sql'), packageDirectory, { recursive: true });
  const plan = join(packageDirectory, 'release.json');
  writeFileSync(plan, readFileSync(plan, 'utf8').replace('"approval": {', '"approval": { "people": 2,'));
  expect(await main(['update', '--package', packageDirectory])).toBe(0);
  stage = await openStage({}, undefined, { startPage, packageDirectory });
});
afterAll(async () => {
  await stage.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Signs in under a name, as a browser does, and returns the token of the page. */
async function signIn(name: string): Promise<string> {
  const { origin, link } = stage.runtime.page ?? { origin: '', link: '' };
  const verifier = randomBytes(32).toString('base64url');
  const asked = {
    ...{ response_type: 'code', client_id: 'one-roof-page', redirect_uri: `${origin}/`, scope: 'openid', state: 's' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  };
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { origin },
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  const signedIn = await post('/oauth2/authorize', { ...asked, name, key: link.split('#')[1] ?? '' });
  const code = new URL(signedIn.headers.get('location') ?? origin).searchParams.get('code') ?? '';
  const { client_id, redirect_uri } = asked;
  const token = await post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id,
    redirect_uri,
    code,
    code_verifier: verifier,
  });
  return ((await token.json()) as { access_token?: string }).access_token ?? '';
}

async function approve(arn: string, name: string): Promise<string> {
  const { origin = '' } = stage.runtime.page ?? {};
  const { packageDigest, answersLeft } = (await stage.request(arn)).shown;
  const headers = { origin, authorization: `Bearer ${await signIn(name)}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ decision: 'approve', apr: exampleApr, packageDigest, answersLeft });
  const answer = await fetch(`${origin}/api/run/${runIdOf(arn)}/decision`, { method: 'POST', headers, body });
  return answer.text();
}

test('one person cannot approve alone, not even twice; with the second the release goes on, and the report names both', async () => {
  await stage.fresh();
  const { arn, request: first } = await stage.ask();
  await approve(arn, 'ann@example.org');
  const second = await stage.request(arn, first);
  expect(second.shown.approvals).toMatchObject({ people: 2, by: [{ email: 'ann@example.org' }] });
  expect(await approve(arn, 'ann@example.org')).toMatch(/approved already|another person/);
  await approve(arn, 'ben@example.org');
  expect((await stage.end(arn)).status).toBe('SUCCEEDED');
  const report = readFileSync(join(stage.runtime.evidenceFolder, runIdOf(arn), 'report.md'), 'utf8');
  expect(report).toMatch(/ann@example\.org[^]*ben@example\.org/);
});

test('nobody signs in without a name or with the name of markup', async () => {
  expect(await signIn('')).toBe('');
  expect(await signIn('<b>ann</b>')).toBe('');
});
