import type { Scrub } from '../words.js';
import type { Headers } from './rate-limit.js';

/**
 * A file on its way: bytes as they are asked for, and how many there will be. A class, because Octokit would send a
 * plain object as JSON.
 */
export abstract class StreamedBody {
  abstract readonly sizeBytes: number;
  abstract chunks(): AsyncIterable<Uint8Array>;
}

export interface Outgoing {
  readonly method: string;
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | StreamedBody | undefined;
}

export interface Incoming {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ExchangeLimits {
  /** For the whole exchange; for a streamed body: without progress, and again for the answer. */
  readonly requestTimeoutMs: number;
  /** For all of a streamed body. */
  readonly uploadTimeoutMs: number;
  readonly responseBytesMax: number;
  readonly signal: AbortSignal | undefined;
  readonly scrub: Scrub;
}

export const isMutating = (method: string): boolean => method !== 'GET' && method !== 'HEAD';
