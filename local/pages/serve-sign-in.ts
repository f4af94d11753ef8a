import { assertContentType } from '../driver/admission.ts';
import type { LoopbackAnswer, LoopbackRequest } from '../driver/loopback-server.ts';
import { authorizeSchema, type Issuer } from './issuer.ts';
import { refusedPage, signInPage } from './sign-in-page.ts';

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'content-type': 'text/html; charset=utf-8',
  // Not none at all: a form would then be sent with the Origin "null", which is let in nowhere.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

function page(status: number, body: string): LoopbackAnswer {
  return { status, headers, body };
}

async function form(request: LoopbackRequest): Promise<Record<string, string>> {
  assertContentType(request.header('content-type'), ['application/x-www-form-urlencoded']);
  return Object.fromEntries(new URLSearchParams(await request.text()));
}

async function authorize(issuer: Issuer, name: string, request: LoopbackRequest): Promise<LoopbackAnswer> {
  const posted = request.method === 'POST';
  const given = posted ? await form(request) : Object.fromEntries(new URLSearchParams(request.search));
  const asked = authorizeSchema.safeParse(given).data;
  const problem = asked === undefined ? 'The request to sign in is not complete.' : issuer.problem(asked);
  if (asked === undefined || problem !== undefined) return page(400, refusedPage(problem ?? ''));
  if (!posted) return page(200, signInPage(asked, name, given['login_hint'] ?? ''));
  const code = issuer.signIn(asked, given['key'] ?? '', given['name'] ?? '');
  if (code === undefined) {
    return page(403, signInPage(asked, name, '', 'No name, or not the key of this runtime: open the printed address.'));
  }
  const location = `${asked.redirect_uri}?${new URLSearchParams({ code, state: asked.state }).toString()}`;
  return { status: 303, headers: { ...headers, location }, body: '' };
}

/** Serves the laptop's sign-in under the paths of a Cognito domain; undefined for every other path. */
export async function serveSignIn(
  issuer: Issuer,
  name: string,
  request: LoopbackRequest,
): Promise<LoopbackAnswer | undefined> {
  const { method, path } = request;
  const reads = method === 'GET' || method === 'POST';
  if (path === '/oauth2/authorize' && reads) return authorize(issuer, name, request);
  if (path !== '/oauth2/token' || method !== 'POST') return undefined;
  const token = issuer.token(await form(request));
  const json = { ...headers, 'content-type': 'application/json' };
  return token === undefined
    ? { status: 400, headers: json, body: JSON.stringify({ error: 'invalid_grant' }) }
    : { status: 200, headers: json, body: JSON.stringify(token) };
}
