import type { RunRow } from '@marketops/client';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { restWhileUnseen } from './unseen.js';

/*
 * One connection for the whole page, whatever screen is shown:
 *
 *     connecting ── opened ──▶ live ── lost ──▶ away ── opened ──▶ live
 *
 * The browser resumes after the last id it has seen (Last-Event-ID). Where it gives up (the answer was an error, as while the console
 * restarts), a new connection is made, later each time up to half a minute, that resumes by itself from what the server keeps; and
 * whoever listens is told `missed`, so that it reads anew what it shows.
 *
 * A browser keeps at most six connections to one place for all its tabs together (HTTP/1.1), and a seventh tab would not load. So a
 * tab that nobody looks at gives its connection up after a while, and takes the feed up where it left it when it is seen again.
 */

export type LiveState = 'connecting' | 'live' | 'away';

/** A run as it is now, or that something may have been missed. */
type LiveMessage = { readonly kind: 'changed'; readonly run: RunRow } | { readonly kind: 'missed' };

type Listener = (message: LiveMessage) => void;

const feedUrl = '/v1/events?view=changes';
const firstAgainMs = 1_000;
const againMsMax = 30_000;
const unseenMs = 20_000;

let state: LiveState = 'connecting';
let source: EventSource | undefined;
let timer: number | undefined;
let againMs = firstAgainMs;
let lastId = '';
let isWatching = false;
let isResting = false;
const listeners = new Set<Listener>();
const watchers = new Set<() => void>();

function become(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const watcher of watchers) watcher();
}

const tell = (message: LiveMessage): void => {
  for (const listener of listeners) listener(message);
};

function open(): void {
  timer = undefined;
  const made = new EventSource(
    lastId === '' ? feedUrl : `${feedUrl}&last_event_id=${encodeURIComponent(lastId)}`,
  );
  source = made;
  made.onopen = () => {
    againMs = firstAgainMs;
    // Also the first time: what was read before may be older than where the feed began.
    tell({ kind: 'missed' });
    become('live');
  };
  made.onerror = () => {
    become('away');
    if (made.readyState !== EventSource.CLOSED || source !== made) return;
    source = undefined;
    timer = window.setTimeout(open, againMs);
    againMs = Math.min(againMs * 2, againMsMax);
  };
  made.addEventListener('run.changed', changed);
  made.addEventListener('reset', (event) => {
    remember(event);
    tell({ kind: 'missed' });
  });
}

function remember(event: MessageEvent<unknown>): void {
  if (event.lastEventId !== '') lastId = event.lastEventId;
}

/** What is no run is not shown; the id counts all the same, so that it is not sent for ever. */
function changed(event: MessageEvent<unknown>): void {
  remember(event);
  const run = parsedRun(event.data);
  if (run !== undefined) tell({ kind: 'changed', run });
}

function parsedRun(text: unknown): RunRow | undefined {
  try {
    const value: unknown = JSON.parse(String(text));
    const isRun = typeof value === 'object' && value !== null && 'run_id' in value;
    return isRun ? (value as RunRow) : undefined;
  } catch {
    return undefined;
  }
}

function listen(listener: Listener): () => void {
  listeners.add(listener);
  watchSight();
  if (source === undefined && timer === undefined && !isResting) open();
  return () => listeners.delete(listener);
}

function watchSight(): void {
  if (isWatching) return;
  isWatching = true;
  restWhileUnseen(document, unseenMs, {
    rest: () => {
      isResting = true;
      close();
    },
    wake: () => {
      isResting = false;
      if (listeners.size > 0) open();
    },
  });
}

function close(): void {
  window.clearTimeout(timer);
  source?.close();
  [source, timer] = [undefined, undefined];
  become('connecting');
}

/** Ends the connection: after signing out nothing more may be heard. */
export function stopLive(): void {
  close();
  lastId = '';
}

export const useLiveState = (): LiveState =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => state,
  );

/** Calls `heard` with what the feed says while the component is shown. */
export function useLive(heard: Listener): void {
  const newest = useRef(heard);
  newest.current = heard;
  useEffect(() => listen((message) => newest.current(message)), []);
}
