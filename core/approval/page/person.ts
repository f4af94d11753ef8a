import * as z from 'zod';
import type { SignedIn } from '../../base/contracts.ts';
import type { Environment } from '../../base/environment.ts';
import { type PageEvent, Refusal } from './http.ts';
import type { PagePorts } from './ports.ts';

/** The longest time between signing in and deciding, in seconds. */
const FRESH_SECONDS = 15 * 60;
/** Seconds that two clocks may differ. */
const SKEW_SECONDS = 60;

/** What an access token has to say. API Gateway flattens lists, so the token itself is read, and nothing else. */
const claimsSchema = z.looseObject({
  iss: z.string(),
  sub: z.string().min(1),
  username: z.string().min(1),
  client_id: z.string(),
  token_use: z.string(),
  scope: z.string(),
  /** The verifier accepts a token that never expires; this page does not. */
  exp: z.number(),
  auth_time: z.number(),
  'cognito:groups': z.array(z.string()),
});

type Claims = z.output<typeof claimsSchema>;

const again = 'sign in again';
const bearer = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

/** Why claims do not let anybody in, in one sentence; undefined when they do. */
function problemOf(claims: Claims, environment: Environment<'approval-page'>, now: number): string | undefined {
  if (claims.iss !== environment.ISSUER) return 'The token comes from another issuer.';
  if (claims.client_id !== environment.CLIENT_ID) return 'The token was made for another application.';
  if (claims.token_use !== 'access') return 'The token is not an access token.';
  if (!claims.scope.split(' ').includes('openid')) return 'The token lacks the scope of this page.';
  if (claims.exp <= now) return 'Your sign-in has expired.';
  if (claims.auth_time > now + SKEW_SECONDS) return 'The token says that it is from the future.';
  return undefined;
}

function readClaims(value: unknown, environment: Environment<'approval-page'>, now: number): Claims {
  const claims = claimsSchema.safeParse(value).data;
  if (claims === undefined) throw new Refusal(401, 'The token lacks what an access token of an approver says.', again);
  const problem = problemOf(claims, environment, now);
  if (problem !== undefined) throw new Refusal(401, problem, again);
  if (!claims['cognito:groups'].includes(environment.APPROVER_GROUP)) {
    throw new Refusal(403, 'You have signed in, but you are not one of the approvers.');
  }
  return claims;
}

/**
 * The approver who sends a request: by the token, which is verified here again, and by the directory, which is asked
 * whether the person is still there and still an approver.
 * @throws Refusal 401 for a token that does not count, 403 for a person who may not.
 */
export async function readPerson(
  environment: Environment<'approval-page'>,
  ports: PagePorts,
  { headers }: PageEvent,
): Promise<SignedIn> {
  const [, token] = bearer.exec(headers['authorization'] ?? '') ?? [];
  if (token === undefined) throw new Refusal(401, 'Please sign in.', again);
  const verified = await ports.tokens.verify(token).catch(() => undefined);
  if (verified === undefined) throw new Refusal(401, 'The token could not be verified.', again);
  const claims = readClaims(verified, environment, ports.clock.now().getTime() / 1000);
  const person = await ports.people.find(claims.username);
  if (person?.enabled !== true || !person.groups.includes(environment.APPROVER_GROUP)) {
    throw new Refusal(403, 'You are no longer one of the approvers.');
  }
  const signedInAt = new Date(claims.auth_time * 1000).toISOString();
  return { issuer: claims.iss, subject: claims.sub, email: person.email, signedInAt };
}

/** @throws Refusal 401 unless the person has just signed in: a decision is not made by a tab that was left open. */
export function assertFresh({ signedInAt }: SignedIn, now: Date): void {
  if (now.getTime() - Date.parse(signedInAt) <= FRESH_SECONDS * 1000) return;
  throw new Refusal(401, 'You signed in more than 15 minutes ago: sign in again, then decide.', again);
}
