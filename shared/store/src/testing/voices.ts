import type { Actor, EventDraft, KeyPurpose, Keyring, PublicKey } from '@marketops/contracts';
import { type OpenKeyring, openKeyring, type SigningKey } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import type { AppendContext, AppendRequest, Signer } from '../appender.js';
import { type EventStore, partitionCount } from '../port.js';

export const runId = `run_${'a'.repeat(26)}`;
export const run = `run/${runId}`;
export const op = (id: string): string => `op/${runId}/${id}`;
export const context: AppendContext = {
  tenantId: 'acme',
  runId,
  mode: 'prod',
  causationId: null,
  correlationId: null,
};

/** Two actors of one system: one that may say what a planner may, and one that may not. */
export interface Voices {
  readonly keyring: OpenKeyring;
  readonly planner: Signer;
  readonly publisher: Signer;
}

export function voices(): Voices {
  const held = new Map<Actor, SigningKey>();
  const keyOf = (actor: Actor): PublicKey => {
    const { privatePem, publicRawBase64 } = generateSigningKey();
    held.set(actor, loadSigningKey(privatePem));
    const purpose: KeyPurpose = 'actor';
    const not_before = '2020-01-01T00:00:00.000Z';
    return {
      key_id: `${actor}-1`,
      purpose,
      actor,
      algorithm: 'ed25519',
      public_key: publicRawBase64,
      not_before,
      revoked_at: null,
    };
  };
  const keyring: Keyring = {
    version: 1,
    environment: 'test',
    log_origin: 'test',
    keys: [keyOf('planner'), keyOf('publisher')],
  };
  const signer = (actor: Actor): Signer => {
    const key = held.get(actor);
    if (key === undefined) throw new RangeError(actor);
    return { actor, keyId: `${actor}-1`, key };
  };
  return {
    keyring: openKeyring(nodeCrypto, keyring),
    planner: signer('planner'),
    publisher: signer('publisher'),
  };
}

export const cancel = (reason = 'enough'): EventDraft => ({
  type: 'run.cancel_requested',
  data: { principal: 'ci', reason },
});
export const skip = (operation_id: string, message = 'No.'): EventDraft => ({
  type: 'operation.skipped',
  data: { operation_id, reason: { code: 'cancelled', message, remedy: 'None.' } },
});
/** One append to one stream. */
export const request = (
  stream: string,
  afterSeq: number,
  events: readonly EventDraft[],
  over: Partial<AppendRequest> = {},
): AppendRequest => ({ context, streams: [{ stream, afterSeq, events }], ...over });

export async function openPartitions(store: EventStore, epoch = 1): Promise<void> {
  for (let at = 0; at < partitionCount; at += 1) {
    await store.writeControl(at, { epoch, state: 'open', reason: '', term: 1 });
  }
}

/** ULIDs that count up. */
export function ids(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `01ARZ3NDEKTSV4RRFFQ${String(count).padStart(7, '0')}`;
  };
}
