import type { Keyring, PublicKey } from '@marketops/contracts';
import { type CryptoPort, digestOf } from '@marketops/proof';
import { type Members, membersOf } from '../meaning/record.js';
import type { BundleEntry } from './entries.js';
import {
  type BundleKey,
  bundlePredicateType,
  inTotoStatementType,
  type LedgerPhase,
  type ProofStatement,
} from './format.js';
import { operationOf } from './gate-answers.js';
import { type BundleBodies, phasesOf } from './phases.js';

export interface StatementParts {
  readonly crypto: CryptoPort;
  readonly keyring: Keyring;
  readonly entries: readonly BundleEntry[];
  readonly bodies: BundleBodies;
  /** Ids of the keys that signed the checkpoint and the commits. */
  readonly ledgerKeyIds: readonly string[];
  readonly ledger: Pick<LedgerPhase, 'checkpoint' | 'witnesses' | 'commits' | 'segments'>;
}

/**
 * The whole statement as its entries, and a keyring, have it: the one way it can read. A maker writes it, and a verifier
 * derives it again and compares every byte.
 */
export function statementOf({ crypto, keyring, entries, bodies, ledger, ...parts }: StatementParts): unknown {
  const { run, plan, authorization, execution } = phasesOf(entries, bodies);
  const keys = keysOf(keyring, entries, parts.ledgerKeyIds);
  const { environment, log_origin } = keyring;
  const keys_digest = digestOf(crypto, { environment, keys, log_origin });
  return {
    _type: inTotoStatementType,
    predicateType: bundlePredicateType,
    subject: [
      {
        name: run.run_id,
        digest: {
          sha256: digestOf(
            crypto,
            entries.map(({ hash }) => hash),
          ),
        },
      },
      ...effectsOf(entries),
    ],
    predicate: {
      ...{ run, plan, authorization, execution },
      ledger: { ...ledger, log_origin, keys_digest, keys },
    },
  } satisfies Record<keyof ProofStatement, unknown>;
}

/** Each effect that is said to be there, as the operation it equals, and each asset of it. */
function effectsOf(entries: readonly BundleEntry[]) {
  const planned = new Map<string, unknown>();
  const effects = new Map<string, object[]>();
  for (const { entry, place } of entries) {
    const data = membersOf(entry.event['data']);
    if (place.type === 'operation.planned') planned.set(place.stream, data['operation_digest']);
    const isThere =
      place.type === 'operation.succeeded' ||
      (place.type === 'operation.reconciled' && data['found'] === 'effect');
    if (!isThere) continue;
    const name = operationOf(place.stream);
    const result = membersOf(membersOf(data['audit'])['result']);
    const url = result['url'];
    effects.set(place.stream, [
      {
        name,
        ...(typeof url === 'string' && url !== '' ? { uri: url } : {}),
        digest: { sha256: planned.get(place.stream) ?? null },
      },
      ...assetsOf(name, result),
    ]);
  }
  return [...effects.values()].flat();
}

const assetsOf = (operation: string, result: Members): object[] =>
  (Array.isArray(result['assets']) ? result['assets'] : []).map((asset: unknown) => {
    const { name, sha256 } = membersOf(asset);
    return { name: `${operation}/${String(name)}`, digest: { sha256: sha256 ?? null } };
  });

/** Every key whose signature something in the bundle needs, as the keyring lists it, by id. */
function keysOf(
  keyring: Keyring,
  entries: readonly BundleEntry[],
  ledgerKeyIds: readonly string[],
): BundleKey[] {
  const used = new Set(ledgerKeyIds);
  for (const { keyId, entry } of entries) {
    used.add(keyId);
    const data = membersOf(entry.event['data']);
    for (const member of ['receipt', 'advisory', 'approval', 'evidence', 'command']) {
      const id = membersOf(data[member])['key_id'];
      if (typeof id === 'string') used.add(id);
    }
  }
  return keyring.keys
    .filter(({ key_id }) => used.has(key_id))
    .sort((one, other) => (one.key_id < other.key_id ? -1 : 1))
    .map((key) => ({
      key_id: key.key_id,
      purpose: key.purpose,
      holder: holderOf(key),
      public_key: key.public_key,
    }));
}

function holderOf(key: PublicKey): string {
  if (key.purpose === 'approver') return key.principal;
  return key.purpose === 'evidence' ? key.issuer : key.actor;
}
