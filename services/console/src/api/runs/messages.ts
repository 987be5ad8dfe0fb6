import { streamSSE } from 'hono/streaming';
import { callerIn } from '../../access/authenticate.js';
import type { Allowed } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import type { ConsoleContext } from '../../server/serve.js';
import type { World } from '../../world/world.js';

interface Message {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/** Where a source puts messages; it is told when nobody reads any more. */
export interface Outbox {
  /** Ends the connection where too many wait for a reader who is too slow: it comes back with the id of the last one it got. */
  send(message: Message): void;
  /** Ends the connection when all that was sent is out. */
  end(): void;
  /** Resolves when all that was sent is out, or nobody reads any more: for a source that can wait. */
  sent(): Promise<void>;
  readonly signal: AbortSignal;
}

const waitingMax = 10_000;
/** Of one reader, in UTF-16 units: a thousand slow ones must not fill the memory. */
const waitingLengthMax = 4_194_304;
const heartbeatMs = 15_000;
/** How long a key that was revoked, or a session that was closed, may still be told something. */
const askAgainMs = 5_000;
const perCallerMax = 20;
const altogetherMax = 1_000;
const open = new Map<string, number>();

/** Of all callers. */
export const openStreams = (): number => [...open.values()].reduce((sum, one) => sum + one, 0);

/** Takes one of a caller’s connections; what it returns gives it back. @throws ConsoleError `rate_limited` */
function take({ caller }: Allowed): () => void {
  const who = `${caller.kind} ${caller.id}`;
  const own = open.get(who) ?? 0;
  if (own >= perCallerMax || openStreams() >= altogetherMax)
    throw new ConsoleError(
      'rate_limited',
      `too many event streams are open: at most ${perCallerMax} of a caller`,
      {
        next: 'Close one: a single stream tells of all runs.',
        retry: 'transient',
        retryAfter: 5,
      },
    );
  open.set(who, own + 1);
  return () => {
    const left = (open.get(who) ?? 1) - 1;
    if (left > 0) open.set(who, left);
    else open.delete(who);
  };
}

/** Messages that wait for their reader. */
class Waiting implements Outbox {
  readonly signal: AbortSignal;
  #messages: Message[] = [];
  #length = 0;
  #ended = false;
  #ring: () => void = () => undefined;
  #out: () => void = () => undefined;

  constructor(signal: AbortSignal) {
    this.signal = signal;
    // Once for the whole stream: a listener for each wait would stay until its end.
    const stop = (): void => {
      this.#ring();
      this.#out();
    };
    signal.addEventListener('abort', stop, { once: true });
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(message: Message): void {
    const isFull = this.#messages.length >= waitingMax || this.#length >= waitingLengthMax;
    if (isFull) this.#ended = true;
    else if (!this.#ended) {
      this.#messages.push(message);
      this.#length += message.data.length;
    }
    this.#ring();
  }

  end(): void {
    this.#ended = true;
    this.#ring();
  }

  sent(): Promise<void> {
    if (this.#messages.length === 0 || this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#out = resolve;
    });
  }

  next(): Message | undefined {
    const message = this.#messages.shift();
    if (message === undefined) this.#out();
    this.#length -= message?.data.length ?? 0;
    return message;
  }

  /** Until there is something to do, or the time is over. @returns whether there is */
  untilRung(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#ring = () => {
        clearTimeout(timer);
        resolve(true);
      };
      if (this.#messages.length > 0 || this.#ended || this.signal.aborted) this.#ring();
    });
  }
}

/**
 * An event stream. It ends when its reader goes, when the process stops, when its source says so, and within seconds of the key or
 * session that it was opened with not counting any more, however much there is to tell.
 * @param source begins to send; what it throws ends the stream, and it is to clean up when the signal aborts
 */
export function streamMessages(
  c: ConsoleContext,
  { world, allowed }: { readonly world: World; readonly allowed: Allowed },
  source: (outbox: Outbox) => Promise<void> | void,
): Response {
  const release = take(allowed);
  c.header('x-accel-buffering', 'no');
  let askedMs = world.nowMs();
  /** @throws ConsoleError `unauthenticated` */
  const stillCounts = (): void => {
    const nowMs = world.nowMs();
    if (nowMs - askedMs < askAgainMs) return;
    callerIn(c, world);
    askedMs = nowMs;
  };
  const answer = streamSSE(c, async (stream) => {
    const over = new AbortController();
    const stop = () => over.abort();
    stream.onAbort(stop);
    world.stopping.addEventListener('abort', stop, { once: true });
    const waiting = new Waiting(over.signal);
    try {
      // So that the reader sees at once that it is connected.
      await stream.write(': connected\n\n');
      await source(waiting);
      while (!over.signal.aborted) {
        for (let next = waiting.next(); next !== undefined; next = waiting.next()) {
          stillCounts();
          await stream.writeSSE(next);
          if (over.signal.aborted) return;
        }
        if (waiting.ended) return;
        if (await waiting.untilRung(heartbeatMs)) continue;
        stillCounts();
        await stream.write(': here\n\n');
      }
    } catch (fault) {
      if (!(fault instanceof ConsoleError))
        world.engine.log.error({ fault, request: c.get('requestId') }, 'an event stream failed');
    } finally {
      release();
      over.abort();
      world.stopping.removeEventListener('abort', stop);
    }
  });
  answer.headers.set('cache-control', 'no-store');
  return answer;
}
