import { JournalError } from '../journal/errors.js';
import type { TiledLog } from './source.js';

/** For one resource, from the request to its last byte. */
const timeoutMsDefault = 30_000;

const unreadable = (what: string, cause?: unknown): JournalError =>
  new JournalError('tiles_unreadable', `${what}.`, { cause });

/**
 * A log behind a web server. No redirects, no credentials, limits on size and time.
 * @param prefix of https or http, without query or user
 * @throws JournalError `tiles_unreadable`
 */
export function logOverHttp(prefix: string, timeoutMs: number = timeoutMsDefault): TiledLog {
  const url = URL.canParse(prefix) ? new URL(prefix) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === undefined || !isWeb || url.search + url.hash + url.username + url.password !== '')
    throw unreadable(`${prefix} is no address of a log: https or http, without query or user`);
  const base = url.href.endsWith('/') ? url.href : `${url.href}/`;
  return {
    async read(path, bytesMax) {
      try {
        const response = await fetch(base + path, {
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (response.status !== 200) {
          await response.body?.cancel();
          if (response.status === 404 || response.status === 410) return undefined;
          throw unreadable(`${base}${path} answered ${response.status}`);
        }
        return await readAll(response.body ?? new ReadableStream(), bytesMax, base + path);
      } catch (cause) {
        if (cause instanceof JournalError) throw cause;
        const why = cause instanceof Error ? cause.message : String(cause);
        throw unreadable(`${base}${path} cannot be read: ${why}`, cause);
      }
    },
  };
}

async function readAll(
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
  where: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    length += piece.value.length;
    if (length > bytesMax) {
      await reader.cancel();
      throw unreadable(`${where} is larger than ${bytesMax} bytes`);
    }
    chunks.push(piece.value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
