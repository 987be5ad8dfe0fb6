import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor, Keyring, ServiceKey } from '@marketops/contracts';
import { canonicalJson, entryOf, genesisHash, type SigningKey, signSegments } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { JournalError, journalFileName, journalFormat, signCommit, signHeader } from '@marketops/verifier';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../testing/temporary-folder.js';
import { scanJournal } from './scan.js';
import { replayTrust } from './trust.js';

const logOrigin = 'scan.test/log';
const run = `run_${'a'.repeat(26)}`;
const now = '2026-03-01T12:00:00.000Z';
const temporaryFolder = temporaryFolders();

function keyOf(actor: Actor, purpose: ServiceKey['purpose']): { key: SigningKey; listed: ServiceKey } {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  const listed: ServiceKey = {
    ...{ key_id: `${actor}-1`, purpose, actor, algorithm: 'ed25519', public_key: publicRawBase64 },
    ...{ not_before: '2026-01-01T00:00:00.000Z', revoked_at: null },
  };
  return { key: loadSigningKey(privatePem), listed };
}
const planner = keyOf('planner', 'actor');
const ledger = keyOf('ledger', 'acknowledgement');
const keyring: Keyring = {
  ...{ version: 1, environment: 'test', log_origin: logOrigin },
  keys: [planner.listed, ledger.listed],
};
const [by, of] = [{ key_id: 'ledger-1' }, { term: 1, first_sequence: 1 }];

/** The lines of a journal of one entry, as the ledger writes them. */
function lines(): { readonly H: string; readonly S: string; readonly E: string; readonly C: string } {
  const event = canonicalJson({
    ...{ id: `01J${'0'.repeat(23)}`, stream: `run/${run}`, seq: 1, type: 'run.stalled', version: 1 },
    ...{ tenant_id: 'acme', run_id: run, mode: 'prod', actor: 'planner', time: now, causation_id: null },
    ...{ correlation_id: null, data: { sweeps: 1, waiting_for: [] } },
  });
  const [statement] = signSegments(nodeCrypto, {
    segments: [{ stream: `run/${run}`, firstSeq: 1, events: [event] }],
    ...{ actor: 'planner', keyId: 'planner-1', epoch: 1, key: planner.key },
  });
  // As the store holds it: in no canonical form.
  const S = JSON.stringify(statement);
  const { bytes, hash } = entryOf(nodeCrypto, {
    ...{ sequence: 1, prevHash: genesisHash, eventBytes: event, statementDigest: nodeCrypto.sha256Hex(S) },
    eventDigest: nodeCrypto.sha256Hex(event),
  });
  const header = { ...by, ...of, prev_last_sequence: 0, prev_last_hash: genesisHash, log_origin: logOrigin };
  const commit = { ...by, ...of, epoch: 1, last_sequence: 1, last_hash: hash, committed_at: now };
  return {
    H: signHeader(nodeCrypto, { ...header, format: journalFormat, created_at: now }, ledger.key),
    ...{ S, E: bytes, C: signCommit(nodeCrypto, commit, ledger.key) },
  };
}

/** What a scan finds that wants everything. */
async function scanned(text: string): Promise<readonly string[]> {
  const journal = join(temporaryFolder(), 'journal');
  mkdirSync(journal);
  writeFileSync(join(journal, journalFileName({ term: 1, firstSequence: 1 })), text);
  const found: string[] = [];
  for await (const { events } of scanJournal({ journal, trust: replayTrust(keyring), mayFit: () => true }))
    found.push(...events.map(({ event }) => event.type));
  return found;
}

const good = lines();
const journalOf = ({ H, S, E, C }: typeof good): string => `H ${H}\nS ${S}\nE ${E}\nC ${C}\n`;

describe('a journal that anybody may have written', () => {
  it('given it is the ledger’s, then what stands in it is found', async () => {
    expect(await scanned(journalOf(good))).toEqual(['run.stalled']);
  });

  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const hostile = ['', '{', 'null', '[]', '{}', '"text"', '1e999', '{"a":1,"a":2}', '{"__proto__":{}}', deep];
  const withEvent = (event: string) =>
    good.E.replace(/"event":\{.*\},"event_digest"/, `"event":${event},"event_digest"`);
  const entries = [...hostile, withEvent('null'), withEvent('{}'), withEvent('{"seq":"1","stream":1}')];

  it.each([
    ...entries.map((E) => ['an entry', 'entry_changed', { ...good, E }] as const),
    ...hostile.map((S) => ['a statement', 'statement_invalid', { ...good, S }] as const),
    ...hostile.map((C) => ['a commit', 'commit_invalid', { ...good, C }] as const),
  ])('given %s that is none, then it is told as %s with its place', async (_what, code, made) => {
    const fault = await scanned(journalOf(made)).catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(JournalError);
    expect(fault).toMatchObject({ code, place: { file: journalFileName({ term: 1, firstSequence: 1 }) } });
    expect((fault as JournalError).message.length).toBeLessThan(500);
  });

  it.each([
    ['X junk', 'line_malformed'],
    ['E {}', 'statement_mismatch'],
  ])('given the line %s after the header, then it is told as %s', async (line, code) => {
    const fault = await scanned(`H ${good.H}\n${line}\n`).catch((thrown: unknown) => thrown);
    expect(fault).toMatchObject({ code, place: { line: 2, sequence: 1 } });
  });

  it('given a statement without an entry, then nothing of it is found', async () => {
    const { H, S, C } = good;
    expect(await scanned(`H ${H}\nS ${S}\nC ${C}\n`)).toEqual([]);
  });
});
