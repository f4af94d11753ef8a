import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import * as z from 'zod';
import { isSameKey } from '../driver/loopback-key.ts';

/** How long a code that was handed to the browser can be changed for a token, in milliseconds. */
const CODE_MS = 60_000;
/** How long a token is good for, in seconds; as on AWS. */
const TOKEN_SECONDS = 3600;

const encode = (value: object | Buffer): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))).toString('base64url');

/** What an application asks of the issuer, in the query of `/oauth2/authorize`. */
export const authorizeSchema = z.object({
  response_type: z.literal('code'),
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string(),
  state: z.string().max(200),
  code_challenge: z.string().min(43).max(128),
  code_challenge_method: z.literal('S256'),
});

/** @see authorizeSchema */
export type AuthorizeRequest = z.output<typeof authorizeSchema>;

/** A name under which somebody signs in: a user of the machine, or a mail address. */
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/);

const tokenSchema = z.object({
  grant_type: z.literal('authorization_code'),
  client_id: z.string(),
  redirect_uri: z.string(),
  code: z.string(),
  code_verifier: z.string().max(128),
});

/** Who the issuer is, and whom it serves. */
export interface IssuerOptions {
  /** `iss` of its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly group: string;
  /** What has to be known to sign in, and is in the address that the runtime prints. */
  readonly key: string;
}

/** An issuer of access tokens for the laptop: as much of OAuth 2.0 with PKCE as the page uses, its key in memory. */
export interface Issuer {
  /** Its public keys, for the verifier. */
  readonly jwks: { readonly keys: readonly Record<string, string>[] };
  /** Why a request to sign in is refused; undefined when it is in order. */
  problem(request: AuthorizeRequest): string | undefined;
  /**
   * Signs in whoever knows the key, under a name of their own choice, as several people share one laptop when they try a
   * package that several have to approve. Returns the code for the application; undefined for a wrong key or no name.
   */
  signIn(request: AuthorizeRequest, key: string, name: string): string | undefined;
  /** Whether somebody has signed in under this name. */
  knows(name: string): boolean;
  /** The answer of `/oauth2/token`; undefined when code and verifier do not belong together. */
  token(form: Readonly<Record<string, string>>): { readonly access_token: string } | undefined;
  /** Signs claims, for the tests of what the page refuses. */
  signed(claims: object): string;
}

/** Starts an issuer; its key ends with the process. */
export function createIssuer(options: IssuerOptions): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const codes = new Map<string, { readonly request: AuthorizeRequest; readonly name: string; readonly at: number }>();
  const names = new Set<string>();
  const signed = (claims: object): string => {
    const head = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`;
    return `${head}.${encode(sign('sha256', Buffer.from(head), privateKey))}`;
  };
  return {
    jwks: { keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }] },
    signed,
    problem({ client_id: clientId, redirect_uri: redirectUri, scope }) {
      if (clientId !== options.clientId) return 'Another application asks than the approver’s page.';
      if (redirectUri !== options.redirectUri) return 'The sign-in would lead to another address than the page.';
      return scope === 'openid' ? undefined : 'The page asks for the scope openid, and for nothing else.';
    },
    knows: (name) => names.has(name),
    signIn(request, key, name) {
      if (!isSameKey(key, options.key) || !nameSchema.safeParse(name).success) return undefined;
      const code = randomBytes(24).toString('base64url');
      codes.set(code, { request, name, at: Date.now() });
      names.add(name);
      return code;
    },
    token(form) {
      const asked = tokenSchema.safeParse(form).data;
      const known = asked === undefined ? undefined : codes.get(asked.code);
      if (asked === undefined || known === undefined) return undefined;
      codes.delete(asked.code);
      const challenge = createHash('sha256').update(asked.code_verifier).digest('base64url');
      const same = asked.client_id === known.request.client_id && asked.redirect_uri === known.request.redirect_uri;
      if (!same || challenge !== known.request.code_challenge || Date.now() - known.at > CODE_MS) return undefined;
      return { access_token: signed(claimsOf(options, known.name, Math.floor(known.at / 1000))) };
    },
  };
}

/** The claims of an access token, as Cognito writes them. */
export function claimsOf({ issuer, clientId, group }: IssuerOptions, username: string, authTime: number) {
  const iat = Math.floor(Date.now() / 1000);
  return {
    ...{ iss: issuer, sub: username, username, client_id: clientId, token_use: 'access', scope: 'openid' },
    ...{ 'cognito:groups': [group], auth_time: authTime, iat, exp: iat + TOKEN_SECONDS },
  };
}
