import { GitHubError } from '../errors.js';

interface Limits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

export function stopIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted !== true) return;
  throw new GitHubError('aborted', `${what} was stopped before it was sent.`, { cause: signal.reason });
}

/**
 * Waits for what cannot be stopped itself, no longer than the signal and the limit allow. Rejects with `aborted` or
 * `timeout` then; whatever becomes of it later is not this caller's any more.
 */
export async function stoppable<Value>(
  awaited: Promise<Value>,
  what: string,
  { signal, timeoutMs }: Limits,
): Promise<Value> {
  awaited.catch(() => undefined);
  stopIfAborted(signal, what);
  const cleanup: (() => void)[] = [];
  const stopped = new Promise<never>((_, reject) => {
    const onAbort = (): void =>
      reject(
        new GitHubError('aborted', `${what} was stopped before it was sent.`, { cause: signal?.reason }),
      );
    signal?.addEventListener('abort', onAbort, { once: true });
    cleanup.push(() => signal?.removeEventListener('abort', onAbort));
    if (timeoutMs === undefined) return;
    const late = (): void =>
      reject(new GitHubError('timeout', `${what} took more than ${timeoutMs} ms; nothing was sent.`));
    const timer = setTimeout(late, timeoutMs);
    cleanup.push(() => clearTimeout(timer));
  });
  try {
    return await Promise.race([awaited, stopped]);
  } finally {
    for (const undo of cleanup) undo();
  }
}
