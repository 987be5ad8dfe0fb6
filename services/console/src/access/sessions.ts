import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from './caller.js';

export const sessionCookie = 'marketops_session';

interface Entry {
  readonly caller: Caller;
  readonly endsAtMs: number;
  /** Asked at each use: whether what the session was made of still counts. */
  readonly stillGood: () => boolean;
}

const sessionsMax = 10_000;

/**
 * Who is signed in, by a random token of 256 bits that only their browser has. Kept in memory, by the token's digest: whoever reads
 * this process's memory dump cannot sign in with it, and a restart signs everybody out. Several consoles side by side need a proxy
 * that sends a browser to the same one.
 */
export class Sessions {
  readonly #byDigest = new Map<string, Entry>();

  /** @returns the token, to be set as the cookie */
  open(caller: Caller, endsAtMs: number, stillGood: () => boolean): string {
    const token = randomBytes(32).toString('base64url');
    if (this.#byDigest.size >= sessionsMax) {
      const [oldest] = this.#byDigest.keys();
      if (oldest !== undefined) this.#byDigest.delete(oldest);
    }
    this.#byDigest.set(digestOf(token), { caller, endsAtMs, stillGood });
    return token;
  }

  find(token: string, nowMs: number): Caller | undefined {
    const digest = digestOf(token);
    const entry = this.#byDigest.get(digest);
    if (entry === undefined) return undefined;
    if (entry.endsAtMs > nowMs && entry.stillGood()) return entry.caller;
    this.#byDigest.delete(digest);
    return undefined;
  }

  close(token: string): void {
    this.#byDigest.delete(digestOf(token));
  }
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');
