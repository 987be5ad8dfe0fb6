import type { ByteReader, NamedBytes } from '@marketops/verifier';
import type { ListedFile } from './messages.js';

/** Of one range; a server that takes longer is asked again. */
const rangeTimeoutMs = 30_000;
const attemptsMax = 5;
/** One request's worth: below the 8 MiB that the server gives at a time, and few enough requests for its limits. */
const windowBytes = 4_194_304;
/** Every file is opened for its first line before any is read whole. */
const headBytes = 16_384;
const firstPauseMs = 250;

/** What of `fetch` is needed here. */
type FetchRange = (
  path: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<Response>;

export interface RemotePort {
  readonly fetch: FetchRange;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told of every piece that arrived, in bytes. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** The journal could not be read. That says nothing about whether it holds. */
export class JournalUnreachable extends Error {
  readonly code: 'journal_unreachable' | 'journal_withheld';
  readonly next: string;

  constructor(code: JournalUnreachable['code'], message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'JournalUnreachable';
    this.code = code;
    this.next = next;
  }
}

/**
 * A journal file that lies with the server, read in ranges: at most two of them are held. What comes after one is asked for while
 * that one is being verified.
 * @throws JournalUnreachable, when it is read
 */
export const remoteFile = ({ name, bytes, path }: ListedFile, port: RemotePort): NamedBytes => ({
  name,
  open: async () => new RemoteReader(bytes, path, port),
});

interface Window {
  readonly position: number;
  readonly bytes: Uint8Array;
}

interface Ahead {
  readonly position: number;
  readonly bytes: Promise<Uint8Array>;
}

class RemoteReader implements ByteReader {
  readonly size: number;
  readonly #path: string;
  readonly #port: RemotePort;
  readonly #closed = new AbortController();
  #window: Window = { position: 0, bytes: new Uint8Array(0) };
  #ahead: Ahead | undefined;

  constructor(size: number, path: string, port: RemotePort) {
    this.size = size;
    this.#path = path;
    this.#port = port;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    const held = this.#held(position);
    if (held.length > 0) return fill(target, held);
    const bytes = await (this.#ahead?.position === position
      ? this.#ahead.bytes
      : this.#range(position, position === 0 ? headBytes : windowBytes));
    this.#window = { position, bytes };
    this.#ahead = undefined;
    this.#port.onBytes?.(bytes.length);
    if (position > 0 && bytes.length > 0) this.#readAhead(position + bytes.length);
    return fill(target, bytes);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#ahead = undefined;
  }

  /** What of the window stands at a position and behind it. */
  #held(position: number): Uint8Array {
    const { position: start, bytes } = this.#window;
    return position < start ? new Uint8Array(0) : bytes.subarray(position - start);
  }

  #readAhead(position: number): void {
    if (position >= this.size) return;
    const bytes = this.#range(position, windowBytes);
    // A fault is told to whoever reads there; nobody may.
    bytes.catch(() => undefined);
    this.#ahead = { position, bytes };
  }

  async #range(position: number, length: number): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(position, length);
      } catch (fault) {
        const isLast = attempt === attemptsMax || this.#closed.signal.aborted;
        if (fault instanceof JournalUnreachable || isLast) throw asUnreachable(fault, this.#path);
        const asked = fault instanceof AskAgain ? fault.afterMs : 0;
        await this.#port.sleep(Math.max(asked, firstPauseMs * 2 ** (attempt - 1)));
      }
    }
  }

  async #once(position: number, length: number): Promise<Uint8Array> {
    const response = await this.#port.fetch(this.#path, {
      headers: { range: `bytes=${position}-${position + length - 1}` },
      signal: AbortSignal.any([this.#closed.signal, AbortSignal.timeout(rangeTimeoutMs)]),
    });
    // Behind the end: the file is as long as it was.
    if (response.status === 416) return new Uint8Array(0);
    if (response.status === 206) return boundedBody(response, length);
    await response.body?.cancel();
    throw refusal(response, this.#path);
  }
}

function fill(target: Uint8Array, bytes: Uint8Array): number {
  const piece = bytes.subarray(0, target.length);
  target.set(piece);
  return piece.length;
}

/** A server that answers with more than was asked for is cut off there. */
async function boundedBody(response: Response, bytesMax: number): Promise<Uint8Array> {
  const body = new Uint8Array(bytesMax);
  let filled = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return body.subarray(0, filled);
    const room = piece.value.subarray(0, bytesMax - filled);
    body.set(room, filled);
    filled += room.length;
    if (room.length < piece.value.length) {
      await reader?.cancel();
      return body;
    }
  }
}

/** The server wants to be asked again, where it says so after a while. */
class AskAgain extends Error {
  readonly afterMs: number;

  constructor(status: number, afterMs: number) {
    super(`the server answered ${status}`);
    this.afterMs = afterMs;
  }
}

const statusAgain = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Seconds, as our own server writes it; a server that wants longer than a minute is not waited for. */
const retryAfterMs = (headers: Headers): number => {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.min(60_000, Math.max(0, seconds * 1_000)) : 0;
};

function refusal({ status, headers }: Response, path: string): Error {
  if (statusAgain.has(status)) return new AskAgain(status, retryAfterMs(headers));
  if (status === 401 || status === 403)
    return new JournalUnreachable(
      'journal_withheld',
      `The server does not let you read ${path} (${status}).`,
      'Sign in as an auditor: reading the whole ledger takes that role.',
    );
  return new JournalUnreachable(
    'journal_unreachable',
    `The server answered ${status} to a range of ${path}.`,
    'Try again; a file that was there when the ledger was listed is not served. Nothing has been judged.',
  );
}

const asUnreachable = (fault: unknown, path: string): JournalUnreachable =>
  fault instanceof JournalUnreachable
    ? fault
    : new JournalUnreachable(
        'journal_unreachable',
        `${path} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}.`,
        'Check the connection to the server and start again. Nothing has been judged.',
        fault,
      );
