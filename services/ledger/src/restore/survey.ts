import type { StreamHead } from '@marketops/journal';
import type { Control } from '@marketops/store';
import { LedgerError } from '../errors.js';
import { everyPartition } from '../redis/controls.js';
import { newestNames } from '../redis/newest-word.js';
import { recogniseRetired } from '../retention/recognise.js';
import { headsByRun, type StreamGroup } from './heads-by-run.js';
import { differing } from './holds.js';
import { deadIn } from './judge-outbox.js';
import type { RestorePorts } from './ports.js';
import { everythingLost, isOurs, isRepairable, lostBecause } from './reasons.js';

export interface Survey {
  /** Partition → why it is to be repaired. */
  readonly damaged: ReadonlyMap<number, string>;
  /** Partition → why it stays closed. */
  readonly closed: ReadonlyMap<number, string>;
}

const streamsPerLook = 1_000;

/**
 * What of Redis is not what the ledger has acknowledged, partition by partition:
 *
 *     no control key anywhere, or all waiting for that ─▶ closed, until a person orders a rebuild
 *     control key missing, or one no ledger has written ─▶ damaged
 *     a stream shorter than ours                       ─▶ damaged, but where its run has left Redis
 *     what waits in its outbox cannot follow ours      ─▶ damaged: it was appended to a shorter stream
 *     closed for such a reason before                  ─▶ damaged: a repair was not finished
 *     closed for another reason                        ─▶ stays so
 *
 * @param stood the control keys as they stand
 * @param controls those of them that a ledger can have written
 * @param ordered a person has asked: then every stream is compared byte for byte, and all that a ledger closed is damaged
 * @throws LedgerError `ledger_behind`
 */
export async function surveyRedis(
  ports: RestorePorts,
  stood: readonly (Control | null)[],
  controls: readonly (Control | null)[],
  ordered: boolean,
): Promise<Survey> {
  const damaged = new Map<number, string>();
  const closed = new Map<number, string>();
  const isWaiting = stood.every(
    (control) => control === null || (control.state === 'closed' && control.reason === everythingLost),
  );
  for (const partition of everyPartition) {
    const control = controls[partition] ?? null;
    const isMarked = control?.state === 'closed' && control.reason === everythingLost;
    if ((control === null || isMarked) && isWaiting && !ordered) closed.set(partition, everythingLost);
    else if (control === null) damaged.set(partition, lostBecause(missing(stood[partition] ?? null)));
    else if (control.state === 'open') continue;
    else if (isMarked || isRepairable(control.reason) || (ordered && isOurs(control.reason)))
      damaged.set(partition, control.reason);
    else closed.set(partition, control.reason);
  }
  // What waits for a person is known to be empty.
  if (isWaiting && !ordered) return { damaged, closed };
  for (const [partition, why] of await shorter(ports, ordered)) {
    if (damaged.has(partition)) continue;
    damaged.set(partition, lostBecause(why));
  }
  await refuseOlder(ports);
  const others = new Set(everyPartition.filter((partition) => !damaged.has(partition)));
  for (const [partition, stream] of await deadIn(ports, others))
    damaged.set(
      partition,
      lostBecause(`something was appended to ${stream} that is not what the ledger has`),
    );
  return { damaged, closed };
}

const missing = (stood: Control | null): string =>
  stood === null
    ? 'the control key is missing'
    : `the control key says epoch ${stood.epoch}, term ${stood.term}, which no ledger has written`;

/** Partition → the first stream found that does not hold what the ledger has of it. */
async function shorter(ports: RestorePorts, deep: boolean): Promise<Map<number, string>> {
  const { tables, checkStop } = ports;
  const found = new Map<number, string>();
  for (const groups of headsByRun(tables, streamsPerLook)) {
    checkStop();
    const { heads, seqs } = await standing(ports, groups);
    const long = heads.filter(({ seq }, at) => (seqs[at] ?? 0) >= seq);
    const changed = deep ? await differing(ports, long) : new Set<string>();
    const ahead: (StreamHead & { readonly stream: string })[] = [];
    heads.forEach((head, at) => {
      const { stream, seq, partition } = head;
      const last = seqs[at] ?? 0;
      if (last > seq) ahead.push(head);
      if (found.has(partition)) return;
      if (last < seq) found.set(partition, `${stream} ends at seq ${last}, the ledger has seq ${seq}`);
      else if (changed.has(stream))
        found.set(partition, `${stream} is not what the ledger has up to seq ${seq}`);
    });
    await refuseForgotten(ports, ahead);
  }
  return found;
}

interface Standing {
  readonly heads: readonly (StreamHead & { readonly stream: string; readonly partition: number })[];
  /** Of each of them, where it ends in the store. */
  readonly seqs: readonly number[];
}

/** The streams of runs that have not left, and where they end. */
async function standing(
  { store, retention }: RestorePorts,
  groups: readonly StreamGroup[],
): Promise<Standing> {
  const inRedis = groups.filter(({ number }) => retention.retired.get(number) === undefined);
  const seqs = await store.lastSeqs(inRedis.flatMap(({ streams }) => streams.map(({ stream }) => stream)));
  let at = 0;
  const looked = inRedis.map((group) => {
    const own = seqs.slice(at, at + group.streams.length);
    at += own.length;
    return { group, own };
  });
  const absent = looked.flatMap(({ group, own }) => (own.every((seq) => seq === 0) ? [group] : []));
  const left = await recogniseRetired(retention, absent);
  const rest = looked.filter(({ group }) => !left.has(group.number));
  return {
    heads: rest.flatMap(({ group: { partition, streams } }) =>
      streams.map((head) => ({ partition, ...head })),
    ),
    seqs: rest.flatMap(({ own }) => own),
  };
}

/**
 * What stands in Redis beyond the journal has not been taken yet, and is no loss. But where a ledger has given its word on
 * it, the journal is an older copy of itself: going on would write another history under the same name.
 */
async function refuseForgotten(
  { store, readWord }: RestorePorts,
  ahead: readonly (StreamHead & { readonly stream: string })[],
): Promise<void> {
  if (ahead.length === 0) return;
  const words = await store.readAcknowledgements(ahead.map(({ stream }) => stream));
  ahead.forEach(({ stream, seq }, at) => {
    const said = readWord(words[at] ?? null);
    if (said === undefined || said.stream !== stream || said.seq <= seq) return;
    throw new LedgerError(
      'ledger_behind',
      `The ledger has acknowledged ${stream} up to seq ${said.seq}, and its journal holds seq ${seq}.`,
    );
  });
}

/** What began after an older copy of the journal was made is nothing that the copy could be compared by. */
async function refuseOlder({ store, readWord, settled }: RestorePorts): Promise<void> {
  const { sequence } = settled();
  for (const text of await store.readAcknowledgements(newestNames)) {
    const said = readWord(text)?.last_sequence ?? 0;
    if (said <= sequence) continue;
    throw new LedgerError(
      'ledger_behind',
      `The ledger has acknowledged entry ${said}, and its journal ends with entry ${sequence}.`,
    );
  }
}
