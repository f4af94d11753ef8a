import * as z from 'zod';

/** Largest body that the page takes, in bytes: a reason of a thousand characters is well below it. */
const MOST_BYTES = 8 * 1024;

/** A request as API Gateway's HTTP API passes it on (payload format 2.0); the laptop's server makes the same. */
export const pageEventSchema = z.looseObject({
  rawPath: z.string(),
  requestContext: z.looseObject({ http: z.looseObject({ method: z.string() }) }),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});

/** @see pageEventSchema */
export type PageEvent = z.output<typeof pageEventSchema>;

/** An answer in the form that API Gateway's HTTP API takes. */
export interface PageAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that is refused: nothing was decided, and the message says why in one sentence. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** What the page can do about it by itself. */
  readonly remedy: 'sign in again' | undefined;

  constructor(status: number, message: string, remedy?: 'sign in again') {
    super(message);
    this.status = status;
    this.remedy = remedy;
  }
}

/** An answer of JSON. */
export function jsonAnswer(statusCode: number, body: object): PageAnswer {
  return { statusCode, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}

/** The text of a body. @throws Refusal 413 when it is too large, 415 unless it is JSON. */
export function bodyText({ body = '', isBase64Encoded, headers }: PageEvent): string {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(body) > 2 * MOST_BYTES || Buffer.byteLength(text) > MOST_BYTES) {
    throw new Refusal(413, `What was sent is larger than ${MOST_BYTES} bytes, so it was not read.`);
  }
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new Refusal(415, 'A decision is sent as JSON, and this was not.');
  return text;
}

/** @throws Refusal 403 unless the request comes from the page itself: browsers name the origin of every POST. */
export function assertOrigin({ headers }: PageEvent, origin: string): void {
  if (headers['origin'] === origin) return;
  throw new Refusal(403, 'The request does not come from the approver’s page, so it was not read.');
}

/** Headers of every answer. Whatever a database or a package says is text here, never markup, script or style. */
export function securityHeaders(login: string, reportStyle: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' '${reportStyle}'`,
    `connect-src 'self' ${login}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=63072000',
    'x-content-type-options': 'nosniff',
  };
}
