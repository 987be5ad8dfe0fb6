import { TlogError } from '../errors.js';
import { parsePath, pathOf } from '../layout.js';
import type { TileSource } from '../ports.js';
import { readStream } from './read-stream.js';

export interface HttpSourceOptions {
  /** Of one resource, to its last byte. */
  readonly timeoutMs?: number | undefined;
}

/**
 * A log behind a URL prefix. Redirects are refused: a log says where it is.
 * @param prefix such as `https://log.example/acme/`, with or without the last slash
 * @throws TlogError `path_invalid` where the prefix is no URL of http or https
 */
export function httpSource(prefix: string, { timeoutMs = 20_000 }: HttpSourceOptions = {}): TileSource {
  const base = baseOf(prefix);
  return {
    async read(path, bytesMax) {
      const url = base + pathOf(parsePath(path));
      try {
        const response = await fetch(url, {
          redirect: 'error',
          headers: { 'accept-encoding': 'gzip, identity' },
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (response.status === 404 || response.status === 410) {
          await response.body?.cancel();
          return undefined;
        }
        if (response.status !== 200 || response.body === null) {
          await response.body?.cancel();
          throw new TlogError('place_failed', `${url} answered ${response.status}.`);
        }
        return await readStream(response.body, bytesMax, url);
      } catch (cause) {
        if (cause instanceof TlogError) throw cause;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new TlogError('place_failed', `${url} cannot be read: ${reason}.`, { cause });
      }
    },
  };
}

function baseOf(prefix: string): string {
  const url = URL.canParse(prefix) ? new URL(prefix) : undefined;
  const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url === undefined || !isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TlogError('path_invalid', 'A log’s prefix is a URL of https or http, without query or user.');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
