import { GitHubError } from '../errors.js';
import { exchange } from './exchange.js';
import { type Origins, targetOf } from './origins.js';
import { type ExchangeLimits, type Incoming, isMutating, type Outgoing } from './wire.js';

/** The API version the shapes in this package were written for. */
const apiVersion = '2022-11-28';

export interface GatekeeperOptions extends ExchangeLimits {
  readonly origins: Origins;
  readonly token: string;
  readonly userAgent: string;
  /** Asked right before each mutating request; what it throws stops that request. */
  readonly beforeWrite: (() => Promise<void> | void) | undefined;
}

export interface Departure {
  readonly method: string;
  readonly url: string;
  readonly accept: string;
  readonly contentType: string | undefined;
  readonly body: Outgoing['body'];
}

function headersOf(options: GatekeeperOptions, departure: Departure): Record<string, string> {
  const { body, contentType } = departure;
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body?.sizeBytes;
  return {
    accept: departure.accept,
    // Nothing compressed: what counts against the limit is then what was received.
    'accept-encoding': 'identity',
    'user-agent': options.userAgent,
    'x-github-api-version': apiVersion,
    authorization: `Bearer ${options.token}`,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(size === undefined ? {} : { 'content-length': String(size) }),
  };
}

function stopIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted !== true) return;
  throw new GitHubError('aborted', `${what} was stopped before it was sent.`, { cause: signal.reason });
}

/**
 * The one way out. In this order: the origin, the caller's signal, the kill switch (writes only), the signal again,
 * and only then the token is put on and the request sent. Octokit never holds the token, so nothing it throws or logs
 * can show it.
 */
export async function depart(options: GatekeeperOptions, departure: Departure): Promise<Incoming> {
  const { method, url } = departure;
  const target = targetOf(options.origins, url);
  const what = options.scrub(`${method} ${target.pathname}`);
  stopIfAborted(options.signal, what);
  if (isMutating(method) && options.beforeWrite !== undefined) {
    try {
      await options.beforeWrite();
    } catch (cause) {
      if (cause instanceof GitHubError) throw cause;
      throw new GitHubError('aborted', `${what} was stopped by the kill switch before it was sent.`, {
        cause,
      });
    }
    stopIfAborted(options.signal, what);
  }
  return exchange({ method, target, headers: headersOf(options, departure), body: departure.body }, options);
}
