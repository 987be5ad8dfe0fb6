import type { JournalProgress, JournalReport } from '@marketops/verifier';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { VerifyNews, VerifyOrder } from './messages.js';

/*
 *     idle ──start──▶ running ──report──▶ judged
 *                        ├────failed────▶ failed
 *                        └────cancel────▶ cancelled          from any of them: start
 */
export type VerificationState =
  | { readonly is: 'idle' }
  | { readonly is: 'running'; readonly sinceMs: number; readonly progress: JournalProgress | undefined }
  | { readonly is: 'judged'; readonly report: JournalReport; readonly memories: readonly string[] }
  | { readonly is: 'failed'; readonly code: string; readonly message: string; readonly next: string }
  | { readonly is: 'cancelled'; readonly progress: JournalProgress | undefined };

export interface Verification {
  readonly state: VerificationState;
  readonly start: (order: VerifyOrder) => void;
  /** Ends the worker at once, wherever it is. */
  readonly cancel: () => void;
  readonly failed: (fault: {
    readonly code: string;
    readonly message: string;
    readonly next: string;
  }) => void;
}

/** A verification in a thread of its own: the page stays quick, and cancelling frees all it held. */
export function useVerification(): Verification {
  const [state, setState] = useState<VerificationState>({ is: 'idle' });
  const worker = useRef<Worker | undefined>(undefined);
  const end = useCallback(() => {
    worker.current?.terminate();
    worker.current = undefined;
  }, []);
  useEffect(() => end, [end]);

  const start = useCallback(
    (order: VerifyOrder) => {
      end();
      const begun = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      worker.current = begun;
      setState({ is: 'running', sinceMs: performance.now(), progress: undefined });
      begun.addEventListener('message', ({ data }: MessageEvent<VerifyNews>) => {
        if (worker.current !== begun) return;
        setState((before) => afterNews(before, data));
        if (data.kind !== 'progress') end();
      });
      begun.addEventListener('error', ({ message }) => {
        if (worker.current !== begun) return;
        end();
        setState(workerFault(message));
      });
      begun.postMessage(order);
    },
    [end],
  );
  const cancel = useCallback(() => {
    end();
    setState((before) => (before.is === 'running' ? { is: 'cancelled', progress: before.progress } : before));
  }, [end]);
  const failed = useCallback<Verification['failed']>((fault) => setState({ is: 'failed', ...fault }), []);
  return { state, start, cancel, failed };
}

export function afterNews(before: VerificationState, news: VerifyNews): VerificationState {
  switch (news.kind) {
    case 'progress':
      return before.is === 'running' ? { ...before, progress: news.progress } : before;
    case 'report':
      return { is: 'judged', report: news.report, memories: news.memories };
    case 'failed':
      return { is: 'failed', code: news.code, message: news.message, next: news.next };
  }
}

const workerFault = (message: string): VerificationState => ({
  is: 'failed',
  code: 'internal',
  message: `The verification could not run in this browser: ${message || 'its program did not load'}.`,
  next: 'Reload the page. Where that does not help, verify offline with marketops-verify.',
});

/** What is left, from the rate so far; undefined before there is one worth telling. */
export function remainingMs(elapsedMs: number, { bytes, bytesTotal }: JournalProgress): number | undefined {
  if (elapsedMs < 1_000 || bytes === 0 || bytesTotal <= bytes) return undefined;
  return (elapsedMs / bytes) * (bytesTotal - bytes);
}
