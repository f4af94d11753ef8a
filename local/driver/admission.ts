import type { IncomingHttpHeaders } from 'node:http';
import { accessKeyIn, isSameKey } from './loopback-key.ts';
import { ServiceError } from './service-error.ts';

/** HTTP status of a request that is not admitted; no SDK tries it again. */
const FORBIDDEN = 403;

function keyProblem(authorization: string | undefined, key: string): ServiceError | undefined {
  const sent = accessKeyIn(authorization);
  const remedy = 'Use the access key of this runtime: it is in the runtime file, and one-roof local shows it.';
  if (sent === undefined) {
    return new ServiceError(
      'MissingAuthenticationTokenException',
      `The request has no access key. ${remedy}`,
      FORBIDDEN,
    );
  }
  if (isSameKey(sent, key)) return undefined;
  return new ServiceError('UnrecognizedClientException', `The access key is not the right one. ${remedy}`, FORBIDDEN);
}

/** What a loopback service lets in, by the headers of a request. */
export type Admission = (headers: IncomingHttpHeaders, port: number) => ServiceError | undefined;

function hostProblem(host: string | undefined, port: number): ServiceError | undefined {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (hosts.includes(host ?? '')) return undefined;
  return new ServiceError('AccessDeniedException', `The Host header must be one of ${hosts.join(', ')}.`, FORBIDDEN);
}

/**
 * Who may talk to the approver's page, which a browser opens without any key: its own address alone as Host, so that no
 * name that is rebound to 127.0.0.1 reaches it, and its own Origin or none. Who may read and decide is asked by the
 * token.
 */
export const pageAdmission: Admission = ({ host, origin }, port) => {
  const own = `127.0.0.1:${port}`;
  if (host === own && (origin === undefined || origin === `http://${own}`)) return undefined;
  const words = `This page is for http://${own} alone, and takes nothing from other pages.`;
  return new ServiceError('AccessDeniedException', words, FORBIDDEN);
};

/**
 * Why a request to a loopback service is refused, decided by its headers before anything else is read; undefined when
 * it is admitted. The key alone keeps other users and web pages out. Host and Origin close the two ways in which a
 * browser could be made to speak for its user: a name that is rebound to 127.0.0.1, and a page of another site.
 */
export function admissionProblem(
  headers: IncomingHttpHeaders,
  { port, key }: { readonly port: number; readonly key: string },
): ServiceError | undefined {
  const problem = hostProblem(headers.host, port);
  if (problem !== undefined) return problem;
  if (headers.origin !== undefined) {
    const words = 'A request with an Origin header comes from a web page; this service is not for web pages.';
    return new ServiceError('AccessDeniedException', words, FORBIDDEN);
  }
  return keyProblem(headers.authorization, key);
}

/**
 * @throws ServiceError UnsupportedMediaTypeException (415) unless the type, without its parameters, is one of these.
 */
export function assertContentType(sent: string | undefined, allowed: readonly (string | undefined)[]): void {
  const type = sent?.split(';', 1)[0]?.trim().toLowerCase();
  if (allowed.includes(type)) return;
  const names = allowed.filter((name) => name !== undefined).join(' or ');
  throw new ServiceError('UnsupportedMediaTypeException', `The Content-Type must be ${names}.`, 415);
}
