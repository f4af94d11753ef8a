import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import { createDocumentReader } from '../../aws/page/document-reader.ts';
import { readPageFiles } from '../../aws/page/page-files.ts';
import { createReleaseDesk } from '../../aws/page/release-desk.ts';
import { createTokenVerifier } from '../../aws/page/token-verifier.ts';
import type { PageFacts } from '../../core/approval/page/facts.ts';
import type { PageAnswer, PageEvent } from '../../core/approval/page/http.ts';
import type { PagePorts } from '../../core/approval/page/ports.ts';
import type { RawEnvironment } from '../../core/base/environment.ts';
import type { NotifierPorts } from '../../core/base/step-ports.ts';
import { createHandler } from '../../lambdas/approval-page.ts';
import { pageAdmission } from '../driver/admission.ts';
import { createDecisionFolder } from '../driver/decision-folder.ts';
import { awsClient } from '../driver/loopback-client.ts';
import { createLoopbackKey, type LoopbackAddress } from '../driver/loopback-key.ts';
import { type LoopbackAnswer, type LoopbackRequest, serveOnLoopback } from '../driver/loopback-server.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { createReportFolder } from './report-folder.ts';
import { serveSignIn } from './serve-sign-in.ts';

/** The client and the group of the laptop; both names are the issuer's own. */
const CLIENT = 'one-roof-page';
const GROUP = 'approvers';
const FILES = join(__dirname, '../../lambdas/page');

/** What the page of a runtime is made from. */
export interface PageOptions {
  readonly stepFunctions: LoopbackAddress;
  readonly ssm: LoopbackAddress;
  readonly releaseArn: string;
  readonly evidenceFolder: string;
  readonly packageDigest: string;
  readonly title: string;
  readonly facts: PageFacts;
  readonly ports: NotifierPorts;
}

/** The approver's page on this machine. */
export interface LocalPage {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** Address of a run, with `RUN` for its id, and the key that the sign-in wants. */
  readonly link: string;
  readonly issuer: Issuer;
  stop(): Promise<void>;
}

/** Only the keys of the issuer in this process count, and nothing is ever fetched. */
function ownKeys({ jwks }: Issuer): JwksCache {
  const find = (kid: string | undefined) => {
    const jwk = jwks.keys.find((candidate) => candidate['kid'] === kid);
    if (jwk?.['kid'] === undefined || jwk['kty'] === undefined) throw new Error('the key is not the issuer’s');
    return { ...jwk, kid: jwk['kid'], kty: jwk['kty'] };
  };
  const refuse = () => {
    throw new Error('the keys of this issuer are fixed');
  };
  return {
    getJwk: (_uri, { header }) => Promise.resolve(find(header.kid)),
    getCachedJwk: (_uri, { header }) => find(header.kid),
    addJwks: refuse,
    getJwks: refuse,
  };
}

function settingsOf(options: PageOptions, origin: string): RawEnvironment<'approval-page'> {
  return {
    EVIDENCE_BUCKET: options.evidenceFolder,
    PACKAGE_DIGEST: options.packageDigest,
    TOPIC_ARN: 'the terminal',
    STATE_MACHINE_ARN: options.releaseArn,
    TITLE: options.title,
    PAGE_ORIGIN: origin,
    ISSUER: origin,
    LOGIN_URL: origin,
    CLIENT_ID: CLIENT,
    USER_POOL_ID: 'this laptop',
    APPROVER_GROUP: GROUP,
    SIGN_IN: 'click',
  };
}

function portsOf(options: PageOptions, issuer: Issuer, origin: string): PagePorts {
  const person = (name: string) => ({ enabled: true, email: name, groups: [GROUP] });
  return {
    ...options.ports,
    tokens: createTokenVerifier(origin, ownKeys(issuer)),
    people: { find: (name) => Promise.resolve(issuer.knows(name) ? person(name) : undefined) },
    desk: createReleaseDesk(options.releaseArn, awsClient(options.stepFunctions)),
    decisions: createDecisionFolder(options.evidenceFolder),
    documents: createDocumentReader(awsClient(options.ssm)),
    reports: createReportFolder(options.evidenceFolder),
    files: readPageFiles(FILES, options.facts),
  };
}

/** The event that API Gateway would make of a request. */
async function eventOf(request: LoopbackRequest): Promise<PageEvent> {
  const names = ['authorization', 'content-type', 'origin'];
  const headers = names.flatMap((name): [string, string][] => {
    const value = request.header(name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    rawPath: request.path,
    requestContext: { http: { method: request.method } },
    headers: Object.fromEntries(headers),
    body: await request.text(),
    isBase64Encoded: false,
  };
}

/**
 * Starts the approver's page on a free port of the loopback interface: the handler and the files of AWS, with an issuer
 * of its own.
 * @throws Error when no port can be had.
 */
export async function startPage(options: PageOptions): Promise<LocalPage> {
  const { username } = userInfo();
  const key = createLoopbackKey();
  const answer = async (request: LoopbackRequest): Promise<LoopbackAnswer> => {
    const signIn = await serveSignIn(page.issuer, username, request);
    if (signIn !== undefined) return signIn;
    const { statusCode, headers, body } = await page.handler(await eventOf(request));
    return { status: statusCode, headers, body };
  };
  const server = await serveOnLoopback(
    {
      internalError: 'InternalError',
      admission: pageAdmission,
      answer,
      refuse: ({ status, message }) => ({
        status,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ error: message }),
      }),
    },
    key,
  );
  const origin = server.endpoint;
  const issuer = createIssuer({
    ...{ issuer: origin, clientId: CLIENT, redirectUri: `${origin}/`, group: GROUP, key },
  });
  const bound = createHandler(() => portsOf(options, issuer, origin), settingsOf(options, origin));
  const page: { readonly issuer: Issuer; readonly handler: (event: unknown) => Promise<PageAnswer> } = {
    issuer,
    handler: bound,
  };
  return { origin, issuer, link: `${origin}/?run=RUN#${key}`, stop: () => server.close() };
}
