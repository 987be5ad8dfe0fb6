import { createHmac, randomBytes } from 'node:crypto';
import type { Headers } from './rate-limit.js';
import type { Incoming } from './wire.js';

export interface ReadCacheOptions {
  /** 2,000 by default. */
  readonly entriesMax?: number;
  /** Of answers and keys in memory, two per character. 32 MiB by default; an answer of more than a quarter is not kept. */
  readonly bytesMax?: number;
}

/** An answer that GitHub can be asked about: has it changed? */
interface Kept {
  readonly etag: string;
  readonly headers: Headers;
  readonly text: string;
  readonly bytes: number;
}

/**
 * Answers to reads, to be asked for again with `If-None-Match`: GitHub's 304 costs nothing of the primary limit. Nothing
 * is ever answered from here without GitHub saying so at that moment. Shared by the clients of one process; what one
 * token was shown is never given to another.
 */
export interface ReadCache {
  readonly size: number;
  readonly bytes: number;
}

/** One HTTP list: bounded, least recently used out first. */
class EtagCache implements ReadCache {
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  readonly #kept = new Map<string, Kept>();
  /** Keys are MACs under a key that only this object has: no token, nor its hash, stays in memory with an answer. */
  readonly #secret = randomBytes(32);
  #bytes = 0;

  constructor(options: ReadCacheOptions) {
    this.#entriesMax = options.entriesMax ?? 2_000;
    this.#bytesMax = options.bytesMax ?? 33_554_432;
  }

  get size(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  keyOf(token: string, url: string, accept: string): string {
    const mac = createHmac('sha256', this.#secret);
    return mac.update(JSON.stringify([token, url, accept])).digest('base64');
  }

  get(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  /** Takes an answer's place in the cache: kept when it has an ETag, forgotten when it is no success. */
  learn(key: string, { status, headers, text }: Incoming): void {
    this.#forget(key);
    const etag = headers['etag'] ?? '';
    if (status !== 200 || !/^(W\/)?"[\x21\x23-\x7e]{1,200}"$/.test(etag)) return;
    const kept = { 'content-type': headers['content-type'], link: headers['link'] };
    const chars = key.length + text.length + etag.length + JSON.stringify(kept).length;
    const bytes = chars * 2;
    if (bytes > this.#bytesMax / 4) return;
    this.#kept.set(key, { etag, headers: kept, text, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#entriesMax && this.#bytes <= this.#bytesMax) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const kept = this.#kept.get(key);
    if (kept === undefined) return;
    this.#kept.delete(key);
    this.#bytes -= kept.bytes;
  }
}

export const createReadCache = (options: ReadCacheOptions = {}): ReadCache => new EtagCache(options);

/** A read through the cache: asks with the ETag it knows, and answers what it knows when that is still so. */
export async function conditionally(
  cache: ReadCache | undefined,
  asked: { readonly token: string; readonly url: string; readonly accept: string },
  send: (ifNoneMatch: string | undefined) => Promise<Incoming>,
): Promise<Incoming> {
  if (!(cache instanceof EtagCache)) return send(undefined);
  const key = cache.keyOf(asked.token, asked.url, asked.accept);
  const known = cache.get(key);
  const incoming = await send(known?.etag);
  if (known !== undefined && incoming.status === 304) {
    return { status: 200, headers: { ...incoming.headers, ...known.headers }, text: known.text };
  }
  cache.learn(key, incoming);
  return incoming;
}
