import type { MarketOpsEvent } from '@marketops/contracts';
import type { RunRecord, Runs } from '@marketops/operator';
import { type Allowed, covers } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import { type FeedItem, feedOf, isAfter, parseFeedId } from '../../run-index/feed.js';
import type { RunChanges } from '../../run-index/run-index.js';
import type { World } from '../../world/world.js';
import type { Outbox } from './messages.js';

/** So many entries are read again for a reader who was away; one who was away for longer begins anew. */
const caughtUpMax = 20_000;
const entriesAtOnce = 500;

const ofItem = (item: FeedItem) => ({ id: item.id, event: item.type, data: JSON.stringify(item) });
const reset = (position: number) => ({
  id: String(position),
  event: 'reset',
  data: JSON.stringify({ position }),
});

/** Collects what the index tells while something is being read, then passes it on as it comes. */
function listen(world: World, outbox: Outbox) {
  const early: RunChanges[] = [];
  let deliver = (changes: RunChanges): void => void early.push(changes);
  const stop = world.index.follow((changes) => deliver(changes));
  outbox.signal.addEventListener('abort', stop, { once: true });
  return {
    from(take: (changes: RunChanges) => void) {
      for (const changes of early.splice(0)) take(changes);
      deliver = take;
    },
  };
}

/** Rows of the list as they change. What happened while a reader was away is not told row by row: it reads the list anew. */
export function followChanges(
  world: World,
  { visible }: Allowed,
  outbox: Outbox,
  last: string | undefined,
): void {
  const { position } = world.index.state();
  if (last !== undefined && Number(last) !== position) outbox.send(reset(position));
  listen(world, outbox).from((changes) => {
    if (changes.reset) return outbox.send(reset(changes.position));
    for (const row of changes.rows) {
      if (!covers(visible, row.tenant_id)) continue;
      outbox.send({ id: String(changes.position), event: 'run.changed', data: JSON.stringify(row) });
    }
  });
}

/** The ordered feed of all runs that the caller may see. @throws ConsoleError `not_found` for an id that is none */
export async function followFeed(
  world: World,
  allowed: Allowed,
  outbox: Outbox,
  last: string | undefined,
): Promise<void> {
  const listening = listen(world, outbox);
  let cursor = cursorOf(last) ?? { sequence: world.index.state().position, at: 999 };
  const tell = (item: FeedItem): void => {
    if (!isAfter(item, cursor)) return;
    cursor = parseFeedId(item.id) ?? cursor;
    if (covers(allowed.visible, item.tenant_id)) outbox.send(ofItem(item));
  };
  if (last !== undefined) {
    const runs = await world.reading.runs();
    const head = runs.ledger?.index.head()?.sequence ?? 0;
    if (head - cursor.sequence > caughtUpMax) {
      outbox.send(reset(head));
      cursor = { sequence: head, at: 999 };
    } else for await (const item of feedBetween(runs, Math.max(1, cursor.sequence), head)) tell(item);
  }
  listening.from(({ feed }) => feed.forEach(tell));
}

/** What entries of the ledger say to the feed; each verified. */
async function* feedBetween({ ledger }: Runs, from: number, to: number): AsyncGenerator<FeedItem> {
  if (ledger === undefined) return;
  for (let at = from; at <= to; at += entriesAtOnce) {
    const end = Math.min(to, at + entriesAtOnce - 1);
    const located = await Promise.all(
      Array.from({ length: end - at + 1 }, (_, index) => ledger.index.entryAt(at + index)),
    );
    const hashes = new Map(located.map(({ entry, hash }) => [entry.sequence, hash]));
    for (const { event, sequence } of await ledger.verify(located))
      if (sequence !== undefined) yield* feedOf(event, { sequence, hash: hashes.get(sequence) ?? '' });
  }
}

interface OfRun {
  readonly view: 'events' | 'feed';
  readonly untilEnd: boolean;
  readonly last: string | undefined;
}

/** One run’s events, or its feed, from its first on: what stands in the ledger, then what comes. */
export async function followRun(
  world: World,
  { record, runs }: { readonly record: RunRecord; readonly runs: Runs },
  outbox: Outbox,
  { view, untilEnd, last }: OfRun,
): Promise<void> {
  const listening = listen(world, outbox);
  let cursor = (view === 'feed' ? cursorOf(last) : sequenceOf(last)) ?? { sequence: 0, at: 999 };
  const tell = (event: MarketOpsEvent, sequence: number, hash: string): void => {
    if (event.run_id !== record.runId) return;
    if (view === 'feed') {
      for (const item of feedOf(event, { sequence, hash })) {
        if (!isAfter(item, cursor)) continue;
        cursor = parseFeedId(item.id) ?? cursor;
        outbox.send(ofItem(item));
      }
    } else if (sequence > cursor.sequence) {
      cursor = { sequence, at: 999 };
      outbox.send({ id: String(sequence), event: event.type, data: JSON.stringify(event) });
    }
    if (untilEnd && (event.type === 'run.completed' || event.type === 'plan.rejected')) ended = true;
    if (event.type === 'redrive.taken') ended = false;
  };
  let ended = false;
  const endIfEnded = (): void => {
    if (!ended) return;
    outbox.send({ event: 'end', data: '{}' });
    outbox.end();
  };
  const again = await runs.read(record.runId);
  const hashes = new Map(
    (await runs.ledger?.index.entriesOfRun(record.runId))?.map(({ entry, hash }) => [entry.sequence, hash]),
  );
  for (const { event, sequence } of again.events)
    if (sequence !== undefined) tell(event, sequence, hashes.get(sequence) ?? '');
  endIfEnded();
  listening.from(({ events }) => {
    for (const { event, entry } of events) if (entry !== null) tell(event, entry.sequence, entry.hash);
    endIfEnded();
  });
}

/** @throws ConsoleError `not_found` for what is no id of the feed */
function cursorOf(last: string | undefined) {
  if (last === undefined) return undefined;
  const cursor = parseFeedId(last);
  if (cursor === undefined) throw noSuchId(last);
  return cursor;
}

function sequenceOf(last: string | undefined) {
  if (last === undefined) return undefined;
  if (!/^\d{1,15}$/.test(last)) throw noSuchId(last);
  return { sequence: Number(last), at: 999 };
}

const noSuchId = (last: string): ConsoleError =>
  new ConsoleError('not_found', `${last.slice(0, 40)} is no id of this event stream`, {
    next: 'Leave Last-Event-ID out to begin anew.',
  });
