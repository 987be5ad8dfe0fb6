import { type FieldFault, GitHubError, type GitHubErrorCode } from '../errors.js';
import type { Scrub } from '../words.js';
import { type Headers, isRateLimited, retryAfterMs } from './rate-limit.js';

/** A complete answer with a status of 400 or more. */
export interface Refusal {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const faultsMax = 20;

const codes: Readonly<Record<number, GitHubErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  408: 'timeout',
  409: 'conflict',
  410: 'not_found',
  423: 'conflict',
  451: 'forbidden',
};

function codeOf(refusal: Refusal, message: string): GitHubErrorCode {
  if (isRateLimited(refusal.status, refusal.headers, message)) return 'rate_limited';
  if (refusal.status >= 500) return 'service_unavailable';
  return codes[refusal.status] ?? 'validation_failed';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    // A proxy's HTML page says nothing that the status does not.
    return {};
  }
}

function faultsIn(body: Record<string, unknown>, scrub: Scrub): FieldFault[] {
  const errors = Array.isArray(body['errors']) ? body['errors'].slice(0, faultsMax) : [];
  return errors.map((error: unknown) => {
    const of = (key: string): string | null => {
      const value = isRecord(error) ? error[key] : undefined;
      return typeof value === 'string' ? scrub(value) : null;
    };
    const message = typeof error === 'string' ? scrub(error) : of('message');
    return { resource: of('resource'), field: of('field'), code: of('code'), message };
  });
}

const worded = (fault: FieldFault): string =>
  [fault.resource, fault.field, fault.code, fault.message].filter((part) => part !== null).join(' ');

/** GitHub's id for the request, as long as it looks like one: hex digits in groups. */
export const requestIdIn = (headers: Headers): string | undefined =>
  /^[0-9A-F]{1,16}(?::[0-9A-F]{1,16}){1,7}$/i.exec(headers['x-github-request-id'] ?? '')?.[0];

/** GitHub's refusal as an error. A server fault after a write leaves open whether it was done. */
export function refusalError(refusal: Refusal, mutating: boolean, scrub: Scrub): GitHubError {
  const body = parsed(refusal.text);
  const said = typeof body['message'] === 'string' ? scrub(body['message']) : '';
  const faults = faultsIn(body, scrub);
  const code = codeOf(refusal, said);
  const detail = [said, ...faults.map(worded)].filter((part) => part !== '').join('; ');
  const what = `${refusal.method} ${refusal.path} was answered ${refusal.status}`;
  const requestId = requestIdIn(refusal.headers);
  return new GitHubError(code, scrub(detail === '' ? `${what}.` : `${what}: ${detail}`), {
    status: refusal.status,
    uncertain: mutating && (refusal.status >= 500 || refusal.status === 408),
    faults,
    ...(requestId === undefined ? {} : { requestId }),
    ...(code === 'rate_limited' ? { retryAfterMs: retryAfterMs(refusal.headers) } : {}),
  });
}
