import type { JwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify';
import type { TokenVerifier } from '../../core/approval/page/ports.ts';

/**
 * Verifies tokens by the keys of their issuer, with the library of AWS. It accepts a token that never expires and knows
 * neither clients nor groups, so the claims are judged further by core/approval/page/person.ts.
 */
export function createTokenVerifier(issuer: string, jwksCache?: JwksCache): TokenVerifier {
  const jwksUri = `${issuer}/.well-known/jwks.json`;
  const verifier = JwtVerifier.create(
    { issuer, audience: null, jwksUri },
    jwksCache === undefined ? undefined : { jwksCache },
  );
  return { verify: (token) => verifier.verify(token) };
}
