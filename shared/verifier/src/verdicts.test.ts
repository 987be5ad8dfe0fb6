import type { Keyring } from '@marketops/contracts';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, test } from 'vitest';
import { lawByVerdict } from './journal/errors.js';
import type { JournalFile } from './journal/file.js';
import type { JournalNote, JournalReport } from './journal/report.js';
import { verifyJournalFiles } from './journal/verify.js';
import { GrowingRoot } from './memory/growing-root.js';
import type { Seen } from './memory/memory.js';
import { SampledPoints } from './memory/sampled-points.js';
import { filesOf, JournalMaker } from './testing/journal-maker.js';
import { createKeys, keyringOf, testKey } from './testing/keys.js';
import { operation, testRunId, wholeRun } from './testing/story.js';
import { verdictExpecter, verdictsOnMeaning } from './testing/verdicts.js';

const keys = createKeys();
const keyring = keyringOf(keys);
const made = new Set<string>();
const expectVerdict = verdictExpecter(made);

const verify = (
  files: readonly JournalFile[],
  seen?: Seen,
  ring: Keyring = keyring,
): Promise<JournalReport> => verifyJournalFiles({ files, keyring: ring, crypto: nodeCrypto, seen });

/** Three runs in three batches: 24 entries in one file. */
function threeRuns(): JournalMaker {
  const maker = new JournalMaker(keys);
  for (const run of [1, 2, 3]) {
    wholeRun(maker, run);
    maker.commit();
  }
  return maker;
}

const intact = threeRuns();
const [theFile = { name: '', text: '' }] = intact.texts();
const lines = theFile.text.split('\n').slice(0, -1);
const withLines = (edited: readonly string[]): JournalFile[] =>
  filesOf([{ name: theFile.name, text: `${edited.join('\n')}\n` }]);
const lineOf = (kind: string, nth: number): number =>
  lines.flatMap((line, at) => (line.startsWith(`${kind} `) ? [at] : []))[nth] ?? -1;
const replaced = (at: number, text: string): string[] =>
  lines.map((line, index) => (index === at ? text : line));
const without = (at: number): string[] => lines.filter((_, index) => index !== at);

test('the journal as it was made holds, with nothing to say of it', async () => {
  expect(await verify(intact.files(), { points: [intact.point] })).toMatchObject({
    ok: true,
    ...{ entries: 24, lastHash: intact.hash, notes: [], violations: [], violationsFound: 0 },
  });
});

describe('L1: an attacker who has the ledger’s disk and no key', () => {
  test('changes a byte', async () => {
    const at = lineOf('E', 4);
    const text = (lines[at] ?? '').replace('"operation_id":"tag"', '"operation_id":"tbg"');
    await expectVerdict(verify(withLines(replaced(at, text))), 'entry_changed', {
      sequence: 5,
      line: at + 1,
    });
  });

  test('moves an entry, and removes one', async () => {
    const [from, to] = [lineOf('E', 3), lineOf('E', 4)];
    const swapped = lines.map((line, at) => lines[at === from ? to : at === to ? from : at] ?? line);
    await expectVerdict(verify(withLines(swapped)), 'entry_reordered', { sequence: 4 });
    await expectVerdict(verify(withLines(without(from))), 'entry_removed', { sequence: 4 });
  });

  test('makes lines that no writer makes', async () => {
    const at = lineOf('E', 2);
    await expectVerdict(verify(withLines(replaced(at, 'X nothing'))), 'line_malformed', { line: at + 1 });
    await expectVerdict(verify(withLines(replaced(at, `E ${'x'.repeat(70_000)}`))), 'line_too_long');
  });

  test('exchanges what was signed', async () => {
    const statement = lineOf('S', 1);
    await expectVerdict(verify(withLines(without(statement))), 'statement_mismatch');
    const root = (lines[statement] ?? '').replace(/"root":"[0-9a-f]{8}/, '"root":"00000000');
    await expectVerdict(verify(withLines(replaced(statement, root))), 'statement_mismatch');
    await expectVerdict(verify(withLines(replaced(statement, 'S {}'))), 'statement_invalid');
    await expectVerdict(verify(withLines(without(lineOf('C', 0)))), 'commit_invalid');
    await expectVerdict(verify(withLines(replaced(0, lines[1] ?? ''))), 'header_invalid', { line: 1 });
    const renamed = filesOf([{ name: '0000000009-0000000000000001.jsonl', text: theFile.text }]);
    await expectVerdict(verify(renamed), 'header_mismatch', { line: 1 });
  });

  test('writes a whole journal of keys of his own', async () => {
    const stranger = new JournalMaker();
    wholeRun(stranger, 1);
    stranger.commit();
    await expectVerdict(verify(stranger.files()), 'header_invalid', { line: 1 });
  });
});

describe('L1: against what was seen before', () => {
  const cut = withLines(lines.slice(0, lineOf('C', 1) + 1));
  const rewritten = threeRuns();
  const forked = (): JournalFile[] => {
    const other = new JournalMaker(keys);
    for (const run of [4, 5, 6]) {
      wholeRun(other, run);
      other.commit();
    }
    return other.files();
  };
  const rootOf = (size: number): string => {
    const root = new GrowingRoot(nodeCrypto);
    for (let nth = 0; nth < size; nth += 1) root.add((lines[lineOf('E', nth)] ?? '').slice(2));
    return root.root();
  };

  test('a cut tail holds by itself, and shows against a pin, a checkpoint or a copy', async () => {
    expect(await verify(cut)).toMatchObject({ ok: true, entries: 16 });
    await expectVerdict(verify(cut, { points: [intact.point] }), 'tail_cut', { sequence: 17 });
    await expectVerdict(verify(cut, { roots: [{ size: 24, root: rootOf(24) }] }), 'tail_cut', {
      sequence: 17,
    });
  });

  test('a chain written anew to the same length with the ledger’s own keys holds by itself, and shows', async () => {
    expect(await verify(rewritten.files())).toMatchObject({ ok: true, entries: 24 });
    await expectVerdict(verify(rewritten.files(), { points: [intact.point] }), 'history_rewritten', {
      sequence: 24,
    });
    await expectVerdict(verify(forked(), { roots: [{ size: 7, root: rootOf(7) }] }), 'history_rewritten', {
      sequence: 7,
    });
  });

  test('a fork shows, and where the two part', async () => {
    const one = new JournalMaker(keys);
    wholeRun(one, 1);
    one.commit();
    const shared = one.point;
    const [before = { name: '', text: '' }] = one.texts();
    wholeRun(one, 2);
    one.commit();
    const seen = one.point;
    one.newFile(shared);
    wholeRun(one, 3);
    one.commit();
    const branch = one.texts().at(-1) ?? before;
    const files = filesOf([before, branch]);
    expect(await verify(files)).toMatchObject({ ok: true, entries: 16 });
    await expectVerdict(verify(files, { points: [shared, seen] }), 'journal_forked', { sequence: 16 });
    // A whole second copy says it to the entry.
    const copy = new SampledPoints();
    const report = await verifyJournalFiles({
      ...{ files: filesOf(one.texts().slice(0, 1)), keyring, crypto: nodeCrypto },
      onPoint: (point) => copy.add(point),
    });
    expect(report).toMatchObject({ ok: true, entries: 16 });
    await expectVerdict(verify(files, { points: copy.points }), 'journal_forked', { sequence: 9 });
  });

  test('checkpoints of every size hold against the journal they are of, and against no other', async () => {
    const roots = Array.from({ length: 24 }, (_, at) => ({ size: at + 1, root: rootOf(at + 1) }));
    expect(await verify(intact.files(), { roots, points: [intact.point] })).toMatchObject({ ok: true });
    await expectVerdict(verify(rewritten.files(), { roots }), 'history_rewritten', { sequence: 1 });
  });
});

describe('E3: an attacker who has a key', () => {
  test('L1: fills a batch without end, so that its reader may run out of memory', async () => {
    const maker = new JournalMaker(keys);
    const filler = { type: 'plan.dreamt', data: { filler: 'x'.repeat(64_000) } };
    for (let run = 1; run <= 1_100; run += 1) maker.say('planner', `run/${testRunId(run)}`, [filler]);
    maker.commit();
    await expectVerdict(verify(maker.files()), 'batch_too_large');
  });

  test('says what the actor may not say', async () => {
    const maker = threeRuns();
    const the = operation(maker, 4);
    maker.say('planner', the.stream, [the.planned()]);
    maker.say('planner', the.stream, [the.authorized(), the.issued()]);
    maker.commit();
    await expectVerdict(verify(maker.files()), 'emitter_not_allowed', { sequence: 26 });
  });

  test('signs with a key that is not in the keyring, or for another actor', async () => {
    const maker = threeRuns();
    const { stream, planned } = operation(maker, 4);
    maker.say('planner', stream, [planned()], keys.actors.publisher);
    maker.commit();
    await expectVerdict(verify(maker.files()), 'statement_invalid', { sequence: 25 });
  });

  test('has an old key that was revoked: what it signs afterwards does not count, what it signed before does', async () => {
    const maker = threeRuns();
    const ring = keyringOf(keys, { 'planner-actor-1': '2026-04-01T00:00:00.000Z' });
    expect(await verify(maker.files(), undefined, ring)).toMatchObject({ ok: true });
    maker.now = '2026-04-02T00:00:00.000Z';
    const { stream, planned } = operation(maker, 4);
    // He dates it back; the ledger's commit says when it came.
    maker.say('planner', stream, [{ ...planned(), time: '2026-03-01T00:00:00.000Z' }]);
    maker.commit();
    await expectVerdict(verify(maker.files(), undefined, ring), 'key_revoked', { sequence: 25 });
  });

  test('E3: a revoked key’s word is told, entry by entry, and does not hide what stands behind it', async () => {
    const maker = threeRuns();
    const ring = keyringOf(keys, { 'planner-actor-1': '2026-04-01T00:00:00.000Z' });
    maker.now = '2026-04-02T00:00:00.000Z';
    for (const run of [4, 5]) {
      const { stream, planned } = operation(maker, run);
      maker.say('planner', stream, [planned()]);
    }
    maker.commit();
    const report = await verify(maker.files(), undefined, ring);
    expect(report).toMatchObject({ ok: false, entries: 26, lastHash: maker.hash });
    expect(report.violations.map(({ code, sequence }) => [code, sequence])).toEqual([
      ['key_revoked', 25],
      ['key_revoked', 26],
    ]);
    // What the key did not sign is a fault of the chain, revoked or not.
    const forger = testKey('planner-actor-1', 'actor', 'planner');
    const { stream, planned } = operation(maker, 6);
    maker.say('planner', stream, [planned()], forger);
    maker.commit();
    const forged = await verify(maker.files(), undefined, ring);
    expect(forged).toMatchObject({
      ok: false,
      entries: 26,
      fault: { code: 'statement_invalid', sequence: 27 },
    });
  });

  test('L1: a commit dated back, so that a revoked key would count, is told, and the key does not', async () => {
    const maker = threeRuns();
    maker.now = '2026-05-01T00:00:00.000Z';
    wholeRun(maker, 4);
    maker.commit();
    maker.now = '2026-03-30T00:00:00.000Z';
    const { stream, planned } = operation(maker, 5);
    maker.say('planner', stream, [planned()]);
    maker.commit();
    const ring = keyringOf(keys, { 'planner-actor-1': '2026-06-01T00:00:00.000Z' });
    const report = verify(maker.files(), undefined, ring);
    await expectVerdict(report, 'commit_invalid', { sequence: maker.sequence });
    const stolen = keyringOf(keys, { 'planner-actor-1': '2026-04-30T00:00:00.000Z' });
    const { violations } = await verify(maker.files(), undefined, stolen);
    expect(violations.filter(({ sequence }) => sequence === maker.sequence).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['commit_invalid', 'key_revoked']),
    );
  });

  test('has the ledger’s own revoked key: nobody vouches for when it signed', async () => {
    const ring = keyringOf(keys, { 'ledger-acknowledgement-1': '2026-04-01T00:00:00.000Z' });
    await expectVerdict(verify(intact.files(), undefined, ring), 'key_revoked', { line: 1 });
  });

  test('E1: leaves out what was said between', async () => {
    const maker = new JournalMaker(keys);
    const the = operation(maker, 1);
    maker.say('planner', the.stream, [the.planned()]);
    const [whole] = maker.texts();
    expect(whole).toBeDefined();
    maker.skipSeq(the.stream);
    maker.say('planner', the.stream, [the.skipped()]);
    maker.commit();
    await expectVerdict(verify(maker.files()), 'stream_gap', { sequence: 2 });
  });
});

describe('notes: worth knowing, and no fault', () => {
  const noted = new Set<JournalNote['code']>();
  const note = async (files: readonly JournalFile[], code: JournalNote['code']): Promise<void> => {
    const { ok, notes } = await verify(files);
    noted.add(code);
    expect({ ok, codes: notes.map((one) => one.code) }).toEqual({ ok: true, codes: [code] });
  };

  test('a torn last record, a torn file, entries of a deposed writer, events of tomorrow', async () => {
    const torn = theFile.text.slice(0, -40);
    await note(filesOf([{ name: theFile.name, text: torn }]), 'torn_tail');
    const headless = { name: '0000000002-0000000000000025.jsonl', text: 'H {"format"' };
    await note(filesOf([theFile, headless]), 'torn_file');
    const deposed = new JournalMaker(keys);
    wholeRun(deposed, 1);
    deposed.commit();
    const shared = deposed.point;
    wholeRun(deposed, 2);
    deposed.commit();
    deposed.newFile(shared);
    wholeRun(deposed, 3);
    deposed.commit();
    await note(deposed.files(), 'ignored_entries');
    const maker = new JournalMaker(keys);
    maker.say('planner', `run/${testRunId(1)}`, [{ type: 'plan.dreamt', data: {} }]);
    maker.commit();
    await note(maker.files(), 'unknown_events');
    const went = new JournalMaker(keys);
    wholeRun(went, 1);
    went.commit();
    const until = went.point;
    wholeRun(went, 2);
    went.commit();
    went.newFile(went.point, 1);
    wholeRun(went, 3);
    went.commit();
    went.newFile(until, 2);
    wholeRun(went, 4);
    went.commit();
    const { ok, entries, notes } = await verify(went.files());
    noted.add('deposed_file');
    expect({ ok, entries, notes: notes.map(({ code, file }) => [code, file.slice(0, 10)]) }).toEqual({
      ok: true,
      entries: 2 * until.sequence,
      notes: [
        ['deposed_file', '0000000001'],
        ['ignored_entries', '0000000001'],
      ],
    });
    expect([...noted].sort()).toEqual([
      'deposed_file',
      'ignored_entries',
      'torn_file',
      'torn_tail',
      'unknown_events',
    ]);
  });

  test('L1: what a deposed writer left behind need be no line and no text; before where another continues, it must', async () => {
    const maker = new JournalMaker(keys);
    wholeRun(maker, 1);
    maker.commit();
    maker.newFile();
    wholeRun(maker, 2);
    maker.commit();
    const [older, newer] = maker.texts();
    const bytes = Buffer.from(older?.text ?? '');
    for (const rest of [Buffer.from('E {"half'), Buffer.of(0xff, 0xfe, 10, 0xff)]) {
      const went = { name: older?.name ?? '', text: Buffer.concat([bytes, rest]) };
      const report = await verify(filesOf([went, newer ?? { name: '', text: '' }]));
      expect(report).toMatchObject({ ok: true, notes: [{ code: 'ignored_entries', file: went.name }] });
      const cut = { ...went, text: Buffer.concat([bytes.subarray(0, -1), rest]) };
      expect(await verify(filesOf([cut, newer ?? { name: '', text: '' }]))).toMatchObject({ ok: false });
    }
  });

  test('L1: a file of a lower term, or one that is renamed, makes no other look deposed', async () => {
    const maker = new JournalMaker(keys);
    wholeRun(maker, 1);
    maker.commit();
    const until = maker.point;
    wholeRun(maker, 2);
    maker.commit();
    maker.newFile(maker.point, 3);
    wholeRun(maker, 3);
    maker.commit();
    // Between the two by its term: its writer was deposed before it began its file.
    maker.newFile(until, 2);
    const between = await verify(maker.files());
    expect(between).toMatchObject({ ok: false, fault: { code: 'entry_removed' } });
    const [first, , third] = maker.texts();
    const renamed = { name: (third?.name ?? '').replace(/^0{9}2/, '0000000009'), text: third?.text ?? '' };
    const found = await verify(filesOf([first ?? renamed, renamed]));
    expect(found).toMatchObject({ ok: false, fault: { code: 'header_mismatch', file: renamed.name } });
  });
});

test('every verdict on a journal there is has been made on purpose', () => {
  /** Each in the tests of its own part: `meaning/key-window`, `sealed/sealed` and `meaning/approvals`. */
  const madeElsewhere: ReadonlySet<string> = new Set([
    'key_out_of_time',
    'segment_damaged',
    'approval_forged',
  ]);
  const ofJournals = Object.keys(lawByVerdict).filter(
    (code) => !code.startsWith('tiles_') && !verdictsOnMeaning.has(code) && !madeElsewhere.has(code),
  );
  const missing = ofJournals.filter((code) => !made.has(code));
  expect(missing).toEqual([]);
});
