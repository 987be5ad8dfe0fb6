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
  readonly signal: AbortSignal;
}

const waitingMax = 10_000;
const heartbeatMs = 15_000;
const perCallerMax = 20;
const altogetherMax = 1_000;
const open = new Map<string, number>();

/** Takes one of a caller’s connections; what it returns gives it back. @throws ConsoleError `rate_limited` */
function take({ caller }: Allowed): () => void {
  const who = `${caller.kind} ${caller.id}`;
  const own = open.get(who) ?? 0;
  const all = [...open.values()].reduce((sum, one) => sum + one, 0);
  if (own >= perCallerMax || all >= altogetherMax)
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

/**
 * An event stream. It ends when its reader goes, when the process stops, when its source says so, and when the key or session that
 * it was opened with no longer counts.
 * @param source begins to send; what it throws ends the stream, and it is to clean up when the signal aborts
 */
export function streamMessages(
  c: ConsoleContext,
  { world, allowed }: { readonly world: World; readonly allowed: Allowed },
  source: (outbox: Outbox) => Promise<void> | void,
): Response {
  const release = take(allowed);
  c.header('cache-control', 'no-store');
  c.header('x-accel-buffering', 'no');
  return streamSSE(c, async (stream) => {
    const over = new AbortController();
    const stop = () => over.abort();
    stream.onAbort(stop);
    world.stopping.addEventListener('abort', stop, { once: true });
    const waiting: Message[] = [];
    let ring: () => void = () => undefined;
    let ended = false;
    const outbox: Outbox = {
      signal: over.signal,
      send(message) {
        if (waiting.length >= waitingMax) ended = true;
        else waiting.push(message);
        ring();
      },
      end() {
        ended = true;
        ring();
      },
    };
    try {
      // So that the reader sees at once that it is connected.
      await stream.write(': connected\n\n');
      await source(outbox);
      while (!over.signal.aborted) {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          await stream.writeSSE(next);
          if (over.signal.aborted) return;
        }
        if (ended) return;
        const rang = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(false), heartbeatMs);
          const wake = () => {
            clearTimeout(timer);
            resolve(true);
          };
          ring = wake;
          over.signal.addEventListener('abort', wake, { once: true });
          if (waiting.length > 0 || ended || over.signal.aborted) wake();
        });
        if (rang) continue;
        callerIn(c, world);
        await stream.write(': here\n\n');
      }
    } catch (fault) {
      if (!(fault instanceof ConsoleError)) throw fault;
    } finally {
      release();
      over.abort();
      world.stopping.removeEventListener('abort', stop);
    }
  });
}
