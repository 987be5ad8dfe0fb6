import type { MarketOpsEvent } from '@marketops/contracts';
import type { RunRecord } from '@marketops/operator';
import { type Allowed, covers } from '../../access/caller.js';
import { ConsoleError } from '../../errors.js';
import { type FeedItem, feedOf, isAfter, parseFeedId } from '../../run-index/feed.js';
import type { RunChanges } from '../../run-index/run-index.js';
import type { World } from '../../world/world.js';
import type { Outbox } from './messages.js';

/** Begins to put messages into an outbox; ends when its signal aborts. */
type Source = (outbox: Outbox) => Promise<void> | void;

/** Behind every item of an entry. */
const atEnd = 1_000;
/** Items that are taken out of the feed before the reader has got those before them. */
const aheadMax = 200;

/** What many readers are told is put into words once. */
const words = new WeakMap<object, string>();
function jsonOf(told: object): string {
  const known = words.get(told);
  if (known !== undefined) return known;
  const json = JSON.stringify(told);
  words.set(told, json);
  return json;
}

const ofItem = (item: FeedItem) => ({ id: item.id, event: item.type, data: jsonOf(item) });
const reset = (position: number) => ({
  id: String(position),
  event: 'reset',
  data: JSON.stringify({ position }),
});

/** Rows of the list as they change. What happened while a reader was away is not told row by row: it reads the list anew. */
export const changesOfRuns =
  (world: World, { visible }: Allowed, last: string | undefined): Source =>
  (outbox) => {
    const { position } = world.index.state();
    if (last !== undefined && Number(last) !== position) outbox.send(reset(position));
    const stop = world.index.follow((changes) => {
      if (changes.reset) return outbox.send(reset(changes.position));
      for (const row of changes.rows) {
        if (!covers(visible, row.tenant_id)) continue;
        outbox.send({ id: String(changes.position), event: 'run.changed', data: jsonOf(row) });
      }
    });
    outbox.signal.addEventListener('abort', stop, { once: true });
  };

/** The ordered feed of all runs that the caller may see. @throws ConsoleError `not_found` for an id that is none */
export function feedOfRuns(world: World, { visible }: Allowed, last: string | undefined): Source {
  cursorOf(last);
  return (outbox) => {
    const feed = world.index.feed({ allowed: visible, after: last, signal: outbox.signal });
    // It goes on for as long as somebody reads; only then are messages sent.
    void passOn(world, feed, outbox);
  };
}

/** No faster than the reader takes it: who is slow finds the rest in the journal. */
async function passOn(world: World, feed: AsyncIterable<FeedItem>, outbox: Outbox): Promise<void> {
  let ahead = 0;
  try {
    for await (const item of feed) {
      outbox.send(ofItem(item));
      ahead += 1;
      if (ahead < aheadMax) continue;
      await outbox.sent();
      ahead = 0;
    }
  } catch (fault) {
    if (!outbox.signal.aborted) world.engine.log.error({ fault }, 'the feed of runs cannot be read');
  } finally {
    outbox.end();
  }
}

interface OfRun {
  readonly view: 'events' | 'feed';
  readonly untilEnd: boolean;
  readonly last: string | undefined;
}

/**
 * One run’s events, or its feed, from its first on: what stands in the ledger, then what comes.
 * @throws ConsoleError `not_found` for an id that is none
 */
export function eventsOfRun(
  world: World,
  { runId }: Pick<RunRecord, 'runId'>,
  { view, untilEnd, last }: OfRun,
): Source {
  let cursor = (view === 'feed' ? cursorOf(last) : sequenceOf(last)) ?? { sequence: 0, at: atEnd };
  let ended = false;

  const tell = (outbox: Outbox, event: MarketOpsEvent, sequence: number, hash: string): void => {
    if (event.run_id !== runId) return;
    if (view === 'feed') {
      for (const item of feedOf(event, { sequence, hash })) {
        if (!isAfter(item, cursor)) continue;
        cursor = parseFeedId(item.id) ?? cursor;
        outbox.send(ofItem(item));
      }
    } else if (sequence > cursor.sequence) {
      cursor = { sequence, at: atEnd };
      outbox.send({ id: String(sequence), event: event.type, data: jsonOf(event) });
    }
    if (event.type === 'run.completed' || event.type === 'plan.rejected') ended = untilEnd;
    if (event.type === 'redrive.taken') ended = false;
  };
  const endIfEnded = (outbox: Outbox): void => {
    if (!ended) return;
    outbox.send({ event: 'end', data: '{}' });
    outbox.end();
  };
  /** By the ledger’s own index of the run, however much of others lies between: what was told already is left out. */
  const tellAll = async (outbox: Outbox): Promise<void> => {
    const runs = await world.reading.runs();
    const { events } = await runs.read(runId);
    const located = (await runs.ledger?.index.entriesOfRun(runId)) ?? [];
    const hashes = new Map(located.map(({ entry, hash }) => [entry.sequence, hash]));
    for (const { event, sequence } of events)
      if (sequence !== undefined) tell(outbox, event, sequence, hashes.get(sequence) ?? '');
    endIfEnded(outbox);
  };
  const tellChanges = async (outbox: Outbox, { reset, events }: RunChanges): Promise<void> => {
    // The index was made again: what came meanwhile stands in no batch of it.
    if (reset) return tellAll(outbox);
    for (const { event, entry } of events)
      if (entry !== null) tell(outbox, event, entry.sequence, entry.hash);
    endIfEnded(outbox);
  };
  return async (outbox) => {
    // In the order in which they come: they wait while the ledger is read.
    let turn = tellAll(outbox);
    const first = turn;
    const stop = world.index.follow((changes) => {
      turn = turn.then(() => tellChanges(outbox, changes));
      turn.catch(() => outbox.end());
    });
    outbox.signal.addEventListener('abort', stop, { once: true });
    await first;
  };
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
  return { sequence: Number(last), at: atEnd };
}

const noSuchId = (last: string): ConsoleError =>
  new ConsoleError('not_found', `${last.slice(0, 40)} is no id of this event stream`, {
    next: 'Leave Last-Event-ID out to begin anew.',
  });
