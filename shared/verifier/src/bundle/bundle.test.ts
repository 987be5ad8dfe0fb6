import { operationStream, runStream } from '@marketops/contracts';
import {
  consistencyRanges,
  cosignatureKeyType,
  ed25519Signer,
  formatVerifierKey,
  leafHash,
  parseNote,
  rootOf,
  signNote,
} from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, test } from 'vitest';
import {
  bundleKeyring,
  bundleOf,
  changedBundle,
  changedLedger,
  noteOf,
  partsOf,
} from '../testing/bundle-maker.js';
import { JournalMaker } from '../testing/journal-maker.js';
import { logOrigin, testKey } from '../testing/keys.js';
import { operation, testRunId, wholeRun } from '../testing/story.js';
import { entriesOf } from '../testing/tiles-maker.js';
import { makeBundle } from './make.js';
import { type BundleOptions, verifyBundle } from './verify.js';

const logKey = testKey('ledger-checkpoint-1', 'checkpoint', 'ledger');
const maker = new JournalMaker();
wholeRun(maker, 1);
maker.commit();
wholeRun(maker, 2);
maker.commit();
const keyring = bundleKeyring(maker, logKey);
const bundle = bundleOf(maker, logKey);
/** RFC 6962: the roots of these ranges of leaves. */
const consistencyOf = (leaves: readonly string[], size: number): string[] =>
  consistencyRanges(size, leaves.length).map(({ start, end }) =>
    rootOf(nodeCrypto, leaves.slice(start, end)),
  );
const verify = (bytes: Uint8Array, more: Partial<BundleOptions> = {}) =>
  verifyBundle({ bytes, keyring, crypto: nodeCrypto, ...more });
const expectFault = (
  bytes: Uint8Array,
  code: string,
  law: string | null,
  more: Partial<BundleOptions> = {},
) => {
  const { ok, fault } = verify(bytes, more);
  expect({ ok, fault }).toMatchObject({ ok: false, fault: { code, law } });
  expect(fault?.message).toMatch(/\.$/);
  expect(fault?.next.length).toBeGreaterThan(20);
};
/** A journal in which somebody says something, with a run around it. */
const told = (say: (maker: JournalMaker, the: ReturnType<typeof operation>) => void): JournalMaker => {
  const other = new JournalMaker(maker.keys);
  const the = operation(other, 1);
  other.say('planner', runStream(the.runId), [
    { type: 'plan.requested', data: { principal: 'ci', idempotency_key: 'x', request_digest: 'r' } },
  ]);
  other.say('planner', the.stream, [the.planned()]);
  say(other, the);
  other.commit();
  return other;
};

describe('a proof bundle', () => {
  test('L3: given a run that shipped, then its bundle verifies from the keyring alone, and says what it proves', () => {
    const report = verify(bundle, { runId: testRunId(1) });
    expect(report.fault).toBeUndefined();
    expect(report).toMatchObject({
      ok: true,
      entries: 8,
      run: { run_id: testRunId(1), tenant_id: 'acme', mode: 'prod', status: 'completed' },
      checkpoint: { origin: logOrigin, size: 16 },
      completeUpTo: {
        last_sequence: 8,
        checkpoint_size: 16,
        streams: [
          { stream: runStream(testRunId(1)), seq: 3, sequence: 8 },
          { stream: operationStream(testRunId(1), 'tag'), seq: 5, sequence: 7 },
        ],
      },
    });
    expect(report.subjects.map(({ name }) => name)).toEqual([testRunId(1), 'tag']);
  });

  test('L3: given the run is finished and the log has grown, then later checkpoints agree, and forked ones do not', () => {
    const all = entriesOf(maker);
    const same = { note: noteOf(all, logKey), where: 'same', path: [] };
    expect(verify(bundle, { seen: [same] }).ok).toBe(true);
    const forked = { note: noteOf([...all.slice(0, -1), 'x'], logKey), where: 'forked', path: [] };
    expectFault(bundle, 'checkpoint_contradicted', 'L1', { seen: [forked] });
    const unproven = { note: noteOf([...all, 'y'], logKey), where: 'newer', path: [] };
    expectFault(bundle, 'checkpoint_unproven', null, { seen: [unproven] });
    const misproven = { ...unproven, path: ['a'.repeat(64)] };
    expectFault(bundle, 'checkpoint_contradicted', 'L1', { seen: [misproven] });
    const shorter = all.slice(0, 11);
    const leaves = all.map((entry) => leafHash(nodeCrypto, entry));
    const older = { note: noteOf(shorter, logKey), where: 'older', path: consistencyOf(leaves, 11) };
    expect(verify(bundle, { seen: [older] }).fault).toBeUndefined();
    expectFault(bundle, 'checkpoint_invalid', null, {
      seen: [{ ...same, note: noteOf(all, testKey('x', 'checkpoint', 'ledger')) }],
    });
  });

  test('L3: given a witness signed the checkpoint, then it is named, and a line of somebody else is left out or refused', () => {
    const witness = testKey('w', 'checkpoint', 'ledger');
    const named = { name: 'witness.test', publicKey: witness.listed.public_key };
    const vkey = formatVerifierKey(nodeCrypto, named);
    const parts = partsOf(maker, logKey);
    const { text, signatures } = parseNote(parts.checkpoint);
    const signer = ed25519Signer(nodeCrypto, { ...named, key: witness.key });
    const note = signNote(text, [signer], signatures);
    const utf8 = new TextEncoder();
    const without = utf8.encode(makeBundle({ ...parts, checkpoint: note }));
    expect(without).toEqual(bundle);
    expect(verify(utf8.encode(makeBundle({ ...parts, checkpoint: note, witnesses: [vkey] }))).ok).toBe(true);
    expectFault(
      changedLedger(bundle, () => ({ checkpoint: note })),
      'bundle_malformed',
      'L3',
    );
    expectFault(
      changedLedger(bundle, () => ({ witnesses: [vkey] })),
      'bundle_malformed',
      'L3',
    );
    expect(formatVerifierKey(nodeCrypto, named, cosignatureKeyType)).not.toBe(vkey);
  });

  test('L1: given an entry left out, then a gap shows, wherever it stood', () => {
    const withoutSegment = (at: number) =>
      changedLedger(bundle, ({ segments }) => ({ segments: segments.toSpliced(at, 1) }));
    expectFault(withoutSegment(0), 'stream_gap', 'E1');
    expectFault(withoutSegment(1), 'stream_gap', 'E1');
    expectFault(withoutSegment(2), 'stream_gap', 'E1');
    const half = changedLedger(bundle, ({ segments }) => ({
      segments: segments.map((one) => ({ ...one, entries: one.entries.slice(0, 1) })),
    }));
    expectFault(half, 'entry_removed', 'L1');
  });

  test('E1: given the whole stream of an operation, or its end, left out, then what is here names it', () => {
    const only = (keep: (stream: string, type: string) => boolean) =>
      changedLedger(bundle, ({ segments }) => ({
        segments: segments.filter(({ entries }) => {
          const { event } = JSON.parse(entries[0]?.entry ?? '') as {
            event: { stream: string; type: string };
          };
          return keep(event.stream, event.type);
        }),
      }));
    expectFault(
      only((stream) => stream.startsWith('run/')),
      'bundle_incomplete',
      'E1',
    );
    expectFault(
      only((_, type) => type !== 'operation.succeeded'),
      'bundle_incomplete',
      'E1',
    );
    expectFault(
      only((stream) => stream.startsWith('op/')),
      'bundle_incomplete',
      'E1',
    );
  });

  test('L3: given the end of the run stream left out, then it holds, and says how far it goes', () => {
    const shorter = new JournalMaker(maker.keys);
    const the = operation(shorter, 1);
    shorter.say('planner', runStream(the.runId), [
      { type: 'plan.requested', data: { principal: 'ci', idempotency_key: 'x', request_digest: 'r' } },
    ]);
    shorter.commit();
    shorter.say('planner', runStream(the.runId), [
      { type: 'run.cancel_requested', data: { principal: 'ci', reason: 'no' } },
    ]);
    shorter.commit();
    const parts = partsOf(shorter, logKey);
    const cut = makeBundle({
      ...parts,
      segments: parts.segments.slice(0, 1),
      commits: parts.commits.slice(0, 1),
    });
    expect(verify(new TextEncoder().encode(cut))).toMatchObject({
      ok: true,
      completeUpTo: { last_sequence: 1, checkpoint_size: 2 },
    });
  });

  test('L1: given proofs of other entries, or entries in another order, then it is refused', () => {
    const swapped = changedLedger(bundle, ({ segments }) => ({
      segments: segments.map(({ statement, entries }) => ({
        statement,
        entries: entries.map(({ entry }) => ({ entry, proof: segments[0]?.entries[0]?.proof ?? '' })),
      })),
    }));
    expectFault(swapped, 'entry_not_in_log', 'L1');
    expectFault(
      changedLedger(bundle, ({ segments }) => ({ segments: segments.toReversed() })),
      'entry_reordered',
      'L1',
    );
    const moved = changedLedger(bundle, ({ segments }) => ({
      segments: segments.map(({ statement, entries }) => ({
        statement: statement.replace(/"epoch":1/, '"epoch":2'),
        entries,
      })),
    }));
    expectFault(moved, 'statement_mismatch', 'L1');
  });

  test('L1: given a checkpoint of an unknown or revoked key, or of another log, then it is refused', () => {
    const note = (by = logKey, origin = logOrigin) => noteOf(entriesOf(maker), by, origin);
    const stranger = testKey('stranger', 'checkpoint', 'ledger');
    expectFault(
      changedLedger(bundle, () => ({ checkpoint: note(stranger) })),
      'bundle_unsigned',
      'L1',
    );
    expectFault(
      changedLedger(bundle, () => ({ checkpoint: note(logKey, 'other/log') })),
      'bundle_foreign',
      'L3',
    );
    expectFault(
      changedLedger(bundle, () => ({ log_origin: 'other/log' })),
      'bundle_foreign',
      'L3',
    );
    expectFault(bundle, 'bundle_foreign', 'L3', { runId: testRunId(2) });
    const revoked = bundleKeyring(maker, logKey, { [logKey.keyId]: '2026-03-02T00:00:00.000Z' });
    expectFault(bundle, 'key_revoked', 'E3', { keyring: revoked });
    const foreign = bundleKeyring(new JournalMaker(), testKey('ledger-checkpoint-1', 'checkpoint', 'ledger'));
    expectFault(bundle, 'bundle_unsigned', 'L1', { keyring: foreign });
  });

  test('L3: given entries of another run among them, then it is refused', () => {
    const other = partsOf(maker, logKey, 2);
    const own = partsOf(maker, logKey);
    expect(() =>
      makeBundle({
        ...own,
        segments: [...own.segments, ...other.segments],
        commits: [...own.commits, ...other.commits],
      }),
    ).toThrow(expect.objectContaining({ code: 'bundle_foreign' }));
  });

  test('E3: given a key that was revoked, then what the ledger had committed before counts, and nothing after', () => {
    const since = (time: string) => bundleKeyring(maker, logKey, { 'publisher-actor-1': time });
    expect(verify(bundle, { keyring: since('2026-03-02T00:00:00.000Z') }).ok).toBe(true);
    expectFault(bundle, 'key_revoked', 'E3', { keyring: since('2026-03-01T00:00:00.000Z') });
    const mint = bundleKeyring(maker, logKey, { 'federation-mint-1': '2026-03-01T00:00:00.000Z' });
    expectFault(bundle, 'key_revoked', 'E3', { keyring: mint });
  });

  test.each<[string, string, (maker: JournalMaker, the: ReturnType<typeof operation>) => void]>([
    ['effect_without_receipt', 'P1', (other, the) => other.say('publisher', the.stream, [the.started()])],
    ['receipt_without_policy', 'F2', (other, the) => other.say('federation', the.stream, [the.issued()])],
    [
      'receipt_reused',
      'P4',
      (other, the) => {
        other.say('federation', the.stream, [the.authorized(), the.issued()]);
        other.say('publisher', the.stream, [the.started(), the.started()]);
      },
    ],
    [
      'receipt_forged',
      'F1',
      (other, the) => {
        const forger = testKey('federation-mint-1', 'mint', 'federation');
        other.say('federation', the.stream, [the.authorized(), the.issued(the.receiptOf({}, forger))]);
      },
    ],
  ])(
    'given a run that breaks a law, then the bundle is made all the same, and says %s (law %s)',
    (code, law, say) => {
      expectFault(bundleOf(told(say), logKey), code, law);
    },
  );

  test('E3: given an actor that says what it may not, then no bundle is made of it, and none is believed', () => {
    const other = told((one, the) => one.say('publisher', the.stream, [the.authorized()]));
    expect(() => bundleOf(other, logKey)).toThrow(expect.objectContaining({ code: 'emitter_not_allowed' }));
  });

  test('L1: given a commit too many, too few or of others, then it is refused', () => {
    const commits = partsOf(maker, logKey, 2).commits;
    expectFault(
      changedLedger(bundle, (ledger) => ({ commits: [...ledger.commits, ...commits] })),
      'commit_invalid',
      'L1',
    );
    expectFault(
      changedLedger(bundle, () => ({ commits: [] })),
      'commit_invalid',
      'L1',
    );
    expectFault(
      changedLedger(bundle, () => ({ commits: [...commits] })),
      'commit_invalid',
      'L1',
    );
  });

  test('L3: given what it says of its entries is not what they say, then it is refused, and names the member', () => {
    const lying = changedBundle(bundle, (statement) => ({
      ...statement,
      predicate: { ...statement.predicate, run: { ...statement.predicate.run, status: 'failed' } },
    }));
    expectFault(lying, 'bundle_mismatch', 'L3');
    expect(verify(lying).fault?.message).toMatch(/^status /);
    const shipped = changedBundle(bundle, (statement) => ({
      ...statement,
      subject: [...statement.subject, { name: 'evil.tgz', digest: { sha256: 'a'.repeat(64) } }],
    }));
    expectFault(shipped, 'bundle_mismatch', 'L3');
    expectFault(
      changedLedger(bundle, () => ({ keys: [] })),
      'bundle_mismatch',
      'L3',
    );
  });
});
