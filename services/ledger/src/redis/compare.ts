import type { IndexTables } from '@marketops/journal';
import { type Control, type EventStore, partitionOf } from '@marketops/store';
import { deposed, everyPartition, readControls } from './controls.js';

/** Begins the reason of a partition this ledger has closed; only such a one does it open again. */
const lostData = 'redis_lost_data';
/** Streams asked about in one go. */
const chunkStreams = 1_000;

export interface ComparePorts {
  readonly store: EventStore;
  readonly tables: IndexTables;
  readonly term: number;
  /** The last epoch known, for partitions whose control key is gone. */
  readonly epoch: number;
}

/** Partition → why it is closed. */
export type Closed = ReadonlyMap<number, string>;

/**
 * Compares Redis with the journal and writes every partition's control key with this writer's term:
 *
 *     control key missing, or a stream shorter than the ledger's ─▶ closed, with the reason
 *     closed for such a reason before, and whole again            ─▶ open
 *     anything else                                               ─▶ as it was
 *
 * A missing key never means "no limits": it is closed until somebody has looked. Rebuilding comes in a later version.
 * @returns the partitions that are closed now, for whatever reason
 * @throws LedgerError `deposed` when a higher term stands
 */
export async function compareWithRedis(ports: ComparePorts): Promise<Closed> {
  const { store, tables, term, epoch } = ports;
  const [controls, behind] = [await readControls(store), await partitionsBehind(store, tables)];
  const closed = new Map<number, string>();
  for (const partition of everyPartition) {
    const control = controls[partition] ?? null;
    const next = { ...stateOf(control, behind.get(partition)), epoch: control?.epoch ?? epoch, term };
    if (next.state === 'closed') closed.set(partition, next.reason);
    if (!(await store.writeControl(partition, next))) throw deposed(partition);
  }
  return closed;
}

function stateOf(
  control: Control | null,
  behind: string | undefined,
): { readonly state: 'open' | 'closed'; readonly reason: string } {
  if (control === null) return { state: 'closed', reason: `${lostData}: the control key is missing` };
  if (behind !== undefined) return { state: 'closed', reason: `${lostData}: ${behind}` };
  if (control.state === 'closed' && !control.reason.startsWith(lostData))
    return { state: 'closed', reason: control.reason };
  return { state: 'open', reason: control.state === 'closed' ? '' : control.reason };
}

/** Partition → the first stream found that ends before the ledger's last event of it. */
async function partitionsBehind(store: EventStore, tables: IndexTables): Promise<Map<number, string>> {
  const behind = new Map<number, string>();
  let chunk: { stream: string; seq: number }[] = [];
  const check = async (): Promise<void> => {
    const seqs = await store.lastSeqs(chunk.map(({ stream }) => stream));
    chunk.forEach(({ stream, seq }, at) => {
      const found = seqs[at] ?? 0;
      const partition = partitionOf(stream);
      if (found < seq && !behind.has(partition))
        behind.set(partition, `${stream} ends at seq ${found}, the ledger has seq ${seq}`);
    });
    chunk = [];
  };
  for (const { key, value } of tables.heads.getRange({ snapshot: false })) {
    const [, stream] = key;
    chunk.push({ stream, seq: value.seq });
    if (chunk.length >= chunkStreams) await check();
  }
  if (chunk.length > 0) await check();
  return behind;
}
