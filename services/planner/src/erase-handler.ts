import {
  type EventOf,
  foldOperation,
  foldRun,
  type MarketOpsEvent,
  operationStream,
  PublicationPlan,
  runStream,
  sealedBlobsOf,
  systemStream,
} from '@marketops/contracts';
import { audienceOf, type Engine, erasureFault, HoldError, readContained } from '@marketops/engine';
import { nodeCrypto } from '@marketops/proof/node';
import { RunRetiredError, StoreError } from '@marketops/store';
import type { Vouching } from './redrive-order.js';

type Erasure = EventOf<'blob.erased'>;

const waitMs = 2_000;

/**
 * `blob.erased`: finishes every order to erase that stands on `system`, whoever carried it and wherever it stopped. The event is
 * in the ledger first, then the run's key goes, then its ciphertexts; doing it again changes nothing, and takes away again what
 * a backup has brought back. Orders are few, so all of them are looked at each time.
 */
export function eraseHandler(engine: Engine, vouches: Vouching): () => Promise<void> {
  const audience = audienceOf(engine.loaded);
  return async () => {
    const [system] = await engine.reader.read([systemStream]);
    const trust = { crypto: nodeCrypto, keyring: engine.keyring, audience };
    const obeyed = new Set<string>();
    for (const order of (system?.events ?? []).filter(isErasure)) {
      const { run_id: runId, principal, command } = order.data;
      if (obeyed.has(runId)) continue;
      const fault = erasureFault(trust, order);
      if (fault !== undefined) {
        engine.log.warn({ run_id: runId, principal, fault }, 'an order to erase does not count');
        continue;
      }
      const awaited = { seq: order.seq, digest: system?.digests[order.seq - 1] ?? '' };
      // A Redis that is lost must not take the word with it and leave the deed.
      if (!(await vouches(systemStream, awaited, waitMs)))
        throw new HoldError('the ledger has not vouched for the order to erase', engine.loaded.tuning.holdMs);
      const blobs = await blobsOf(engine, runId);
      if (blobs === 'open') {
        engine.log.warn(
          { run_id: runId, principal },
          'an order to erase waits: its run has not ended, or part of it is uncertain',
        );
        continue;
      }
      await engine.blobs.sealed.erase({ runId, commandId: command.command_id, blobs });
      obeyed.add(runId);
    }
  };
}

const isErasure = (event: MarketOpsEvent): event is Erasure & MarketOpsEvent => event.type === 'blob.erased';

/** The first order to erase a run that counts, done or not; undefined where there is none. */
export async function erasureOf(
  { reader, keyring, loaded }: Engine,
  runId: string,
): Promise<Erasure | undefined> {
  const [system] = await reader.read([systemStream]);
  const trust = { crypto: nodeCrypto, keyring, audience: audienceOf(loaded) };
  return (system?.events ?? [])
    .filter(isErasure)
    .find((order) => order.data.run_id === runId && erasureFault(trust, order) === undefined);
}

/**
 * What the run's events name as sealed, as far as they can be read here: of a run that was erased before, its tombstone has the
 * names; of one that has left Redis, the command that carried the order.
 */
async function blobsOf({ blobs, reader }: Engine, runId: string): Promise<readonly string[] | 'open'> {
  const [view] = await reader.read([runStream(runId)]).catch(unlessRetired);
  if (view === undefined) return [];
  const run = foldRun(view.events);
  if (run.status !== 'completed' && run.status !== 'rejected') return 'open';
  const { planned } = run;
  const plan =
    planned === undefined
      ? undefined
      : await readContained(blobs, planned, planned.data.plan, PublicationPlan).catch(unlessGone);
  const ids = plan?.operations.map(({ operation_id }) => operation_id) ?? [];
  const views = await reader.read(ids.map((id) => operationStream(runId, id))).catch(unlessRetired);
  // Whoever finds out what became of it needs to know what was to be done.
  if (views.some(({ events }) => foldOperation(events).phase === 'uncertain')) return 'open';
  return sealedBlobsOf([...view.events, ...views.flatMap(({ events }) => events)]);
}

function unlessRetired(fault: unknown): [] {
  if (fault instanceof RunRetiredError) return [];
  throw fault;
}
function unlessGone(fault: unknown): undefined {
  if (!(fault instanceof StoreError && fault.code.startsWith('blob_'))) throw fault;
}
