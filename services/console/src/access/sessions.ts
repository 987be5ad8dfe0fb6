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
/** Of one key or person: beyond, their own oldest ends, so that nobody signs others out by signing in often. */
const sessionsPerCallerMax = 20;

/**
 * Who is signed in, by a random token of 256 bits that only their browser has. Kept in memory, by the token's digest: whoever reads
 * this process's memory dump cannot sign in with it, and a restart signs everybody out. Several consoles side by side need a proxy
 * that sends a browser to the same one.
 */
export class Sessions {
  readonly #byDigest = new Map<string, Entry>();
  /** Digests by caller, the oldest first. */
  readonly #byCaller = new Map<string, Set<string>>();

  /** @returns the token, to be set as the cookie */
  open(caller: Caller, endsAtMs: number, stillGood: () => boolean): string {
    const token = randomBytes(32).toString('base64url');
    const own = this.#byCaller.get(whoOf(caller)) ?? new Set();
    const [ownOldest] = own;
    if (own.size >= sessionsPerCallerMax && ownOldest !== undefined) this.#end(ownOldest);
    const [oldest] = this.#byDigest.keys();
    if (this.#byDigest.size >= sessionsMax && oldest !== undefined) this.#end(oldest);
    const digest = digestOf(token);
    this.#byDigest.set(digest, { caller, endsAtMs, stillGood });
    // Ending the oldest may have forgotten an empty set.
    this.#byCaller.set(whoOf(caller), own.add(digest));
    return token;
  }

  find(token: string, nowMs: number): Caller | undefined {
    const digest = digestOf(token);
    const entry = this.#byDigest.get(digest);
    if (entry === undefined) return undefined;
    if (entry.endsAtMs > nowMs && entry.stillGood()) return entry.caller;
    this.#end(digest);
    return undefined;
  }

  close(token: string): void {
    this.#end(digestOf(token));
  }

  #end(digest: string): void {
    const entry = this.#byDigest.get(digest);
    if (entry === undefined) return;
    this.#byDigest.delete(digest);
    const own = this.#byCaller.get(whoOf(entry.caller));
    own?.delete(digest);
    if (own?.size === 0) this.#byCaller.delete(whoOf(entry.caller));
  }
}

const whoOf = ({ kind, id }: Caller): string => `${kind} ${id}`;
const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');
