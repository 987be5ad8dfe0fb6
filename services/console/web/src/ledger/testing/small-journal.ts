import { Keyring, systemStream } from '@marketops/contracts';
import { canonicalJson, encodeBase64, entryOf, genesisHash, signSegments } from '@marketops/proof';
import { loadSigningKey, publicRawBase64, webCrypto } from '@marketops/proof/web';
import { journalFileName, journalFormat, signCommit, signHeader } from '@marketops/verifier';

const logOrigin = 'ledger.test/log';
const now = '2026-03-01T12:00:00.000Z';
const pkcs8Prefix = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

const keyOf = (keyId: string, purpose: 'actor' | 'acknowledgement') => {
  const seed = webCrypto.sha256Hex(keyId).match(/../g) ?? [];
  const der = Uint8Array.from([...pkcs8Prefix, ...seed.map((byte) => Number.parseInt(byte, 16))]);
  const key = loadSigningKey(
    `-----BEGIN PRIVATE KEY-----\n${encodeBase64(der)}\n-----END PRIVATE KEY-----\n`,
  );
  const listed = {
    ...{ key_id: keyId, purpose, actor: 'ledger', algorithm: 'ed25519', public_key: publicRawBase64(key) },
    ...{ not_before: '2026-01-01T00:00:00.000Z', revoked_at: null },
  };
  return { keyId, key, listed };
};

export interface SmallJournal {
  readonly name: string;
  readonly text: string;
  readonly keyring: Keyring;
  /** Of its last entry. */
  readonly sequence: number;
  readonly hash: string;
}

/** A genuine journal: so many entries on `system`, each in a batch of its own, all signed by a ledger. */
export function smallJournal(entries: number): SmallJournal {
  const actor = keyOf('ledger-actor-1', 'actor');
  const ledger = keyOf('ledger-acknowledgement-1', 'acknowledgement');
  const header = {
    ...{ format: journalFormat as typeof journalFormat, term: 1, first_sequence: 1, prev_last_sequence: 0 },
    ...{ prev_last_hash: genesisHash, log_origin: logOrigin, created_at: now, key_id: ledger.keyId },
  };
  const lines = [`H ${signHeader(webCrypto, header, ledger.key)}`];
  let hash = genesisHash;
  for (let sequence = 1; sequence <= entries; sequence += 1) {
    const eventBytes = canonicalJson({
      ...{ id: `01J${String(sequence).padStart(23, '0')}`, stream: systemStream, seq: sequence },
      ...{ type: 'epoch.opened', version: 1, actor: 'ledger', time: now },
      data: { epoch: sequence, term: 1, reason: `the life of Redis number ${sequence}` },
      ...{ tenant_id: null, run_id: null, mode: null, causation_id: null, correlation_id: null },
    });
    const [statement] = signSegments(webCrypto, {
      segments: [{ stream: systemStream, firstSeq: sequence, events: [eventBytes] }],
      ...{ actor: 'ledger', keyId: actor.keyId, epoch: 1, key: actor.key },
    });
    const said = canonicalJson(statement);
    const entry = entryOf(webCrypto, {
      ...{ sequence, prevHash: hash, eventBytes, eventDigest: webCrypto.sha256Hex(eventBytes) },
      statementDigest: webCrypto.sha256Hex(said),
    });
    hash = entry.hash;
    const commit = {
      ...{ term: 1, epoch: 1, first_sequence: sequence, last_sequence: sequence, last_hash: hash },
      ...{ committed_at: now, key_id: ledger.keyId },
    };
    lines.push(`S ${said}`, `E ${entry.bytes}`, `C ${signCommit(webCrypto, commit, ledger.key)}`);
  }
  return {
    name: journalFileName({ term: 1, firstSequence: 1 }),
    text: `${lines.join('\n')}\n`,
    keyring: Keyring.parse({
      ...{ version: 1, environment: 'test', log_origin: logOrigin, keys: [actor.listed, ledger.listed] },
    }),
    ...{ sequence: entries, hash },
  };
}
