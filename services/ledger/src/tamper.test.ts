import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationStream } from '@marketops/contracts';
import type { JournalReport } from '@marketops/verifier';
import { verifyJournal } from '@marketops/verifier/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLedger } from './start.js';
import { createWorld, rawEvent, testRunId, type World } from './testing/world.js';

/** A journal of two terms and several batches, all line kinds in both files. */
let world: World;
let files: { name: string; bytes: Buffer }[];
let intact: JournalReport;
let scratch: string;

beforeAll(async () => {
  world = await createWorld();
  const run = testRunId(1);
  for (let term = 0; term < 2; term += 1) {
    const ledger = await startLedger(world.engine(), { tuning: { blockMs: 20 } });
    // Each in a batch of its own.
    await ledger.settledThrough(1 + 3 * term);
    await world.appendBlocked(run, `a${term}`, 0, 2);
    await ledger.settledThrough(1 + 3 * term + 2);
    await world.appendBlocked(run, `b${term}`, 0);
    await ledger.settledThrough(1 + 3 * term + 3);
    await ledger.stop();
  }
  files = await Promise.all(
    (await readdir(world.paths.journal)).map(async (name) => ({
      name,
      bytes: await readFile(join(world.paths.journal, name)),
    })),
  );
  scratch = join(world.paths.root, 'scratch');
  intact = await verify(world.paths.journal);
});
afterAll(() => world.close());

const verify = (dir: string, pin?: { sequence: number; hash: string }) =>
  verifyJournal({ dir, keyring: world.loaded.keyring, pin });

/** The journal with one file's content replaced. */
async function withFile(name: string, content: Buffer | string, pin?: { sequence: number; hash: string }) {
  await rm(scratch, { recursive: true, force: true });
  await cp(world.paths.journal, scratch, { recursive: true });
  await writeFile(join(scratch, name), content);
  return verify(scratch, pin);
}

const fileAt = (at: number) => {
  const file = files[at];
  if (file === undefined) throw new RangeError(`there is no file ${at}`);
  return { ...file, lines: file.bytes.toString('utf8').split('\n').slice(0, -1) };
};
const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
/** The index of the `nth` line of a kind. */
const lineOf = (lines: readonly string[], kind: string, nth = 0): number =>
  lines.map((line, at) => (line.startsWith(`${kind} `) ? at : -1)).filter((at) => at >= 0)[nth] ?? -1;

test('L1: the journal as it was written verifies', () => {
  expect(intact).toMatchObject({
    ok: true,
    entries: 7,
    notes: [],
    terms: [
      { term: 1, firstSequence: 1, lastSequence: 4 },
      { term: 2, firstSequence: 5, lastSequence: 7 },
    ],
  });
});

describe('L1: one byte changed', () => {
  /** Which entries a change on each line may be put down to: its own, or for `S`, `H` and `C` the one beside it. */
  const sequencesOf = (lines: readonly string[]): number[][] => {
    let last = Number(/"prev_last_sequence":(\d+)/.exec(lines[0] ?? '')?.[1]);
    return lines.map((line) => {
      if (line.startsWith('E ')) last = Number(/"sequence":(\d+),"statement/.exec(line)?.[1]);
      return line.startsWith('E ') ? [last] : line.startsWith('C ') ? [last, last + 1] : [last + 1];
    });
  };

  const everyByte = async (at: number, masks: readonly number[]): Promise<string[]> => {
    const { name, bytes, lines } = fileAt(at);
    const sequences = sequencesOf(lines);
    const missed: string[] = [];
    let line = 0;
    await rm(scratch, { recursive: true, force: true });
    await cp(world.paths.journal, scratch, { recursive: true });
    for (let offset = 0; offset < bytes.length; offset += 1) {
      const changed = Buffer.from(bytes);
      changed[offset] = (bytes[offset] ?? 0) ^ (masks[offset % masks.length] ?? 1);
      await writeFile(join(scratch, name), changed);
      const { fault } = await verify(scratch);
      // Where a newline fell, or a statement and the entry that names it differ, either line may be the changed one.
      const near = [...(sequences[line] ?? []), ...(sequences[line + 1] ?? [])];
      const named =
        fault?.file === name &&
        near.includes(fault.sequence ?? 0) &&
        [1, 2].includes((fault.line ?? 0) - line);
      if (!named) missed.push(`offset ${offset}, line ${line + 1}: ${JSON.stringify(fault ?? 'no fault')}`);
      if (bytes[offset] === 10) line += 1;
    }
    expect(bytes.length).toBeGreaterThan(2_000);
    return missed.slice(0, 10);
  };

  test('every byte of an older file is found and put down to its entry, file and line', async () => {
    expect(await everyByte(0, [0x01, 0x20, 0x80, 0x04])).toEqual([]);
  }, 300_000);

  test('every byte of the newest file is found and put down to its entry, file and line', async () => {
    expect(await everyByte(1, [0x02, 0x10, 0x40])).toEqual([]);
  }, 300_000);

  test('into bytes that are not UTF-8, where the text would read the same, is found', async () => {
    const text = fileAt(0);
    // The message holds no U+FFFD of its own; one invalid byte would decode to it and so would another.
    const at = text.bytes.indexOf(Buffer.from('Größe'));
    const changed = Buffer.from(text.bytes);
    changed[at + 2] = 0xff;
    expect(await withFile(text.name, changed)).toMatchObject({
      ok: false,
      fault: { code: 'line_malformed' },
    });
  });
});

describe('L1: entries moved, removed or added', () => {
  test('two entries exchanged are told from removed ones', async () => {
    const { name, lines } = fileAt(0);
    const [first, second] = [lineOf(lines, 'E', 1), lineOf(lines, 'E', 2)];
    const swapped = lines.map(
      (line, at) => lines[at === first ? second : at === second ? first : at] ?? line,
    );
    expect(await withFile(name, joined(swapped))).toMatchObject({
      ok: false,
      fault: { code: 'entry_reordered', file: name, line: first + 1, sequence: 2 },
    });
  });

  test('one entry removed is named', async () => {
    const { name, lines } = fileAt(0);
    const at = lineOf(lines, 'E', 1);
    expect(await withFile(name, joined(lines.filter((_, line) => line !== at)))).toMatchObject({
      ok: false,
      fault: { code: 'entry_removed', file: name, sequence: 2 },
    });
  });

  test('an entry that stands twice, a statement gone, a commit gone', async () => {
    const { name, lines } = fileAt(0);
    const entry = lineOf(lines, 'E', 1);
    const twice = [...lines.slice(0, entry + 1), ...lines.slice(entry)];
    expect(await withFile(name, joined(twice))).toMatchObject({
      fault: { code: 'entry_reordered', sequence: 3 },
    });
    const statement = lineOf(lines, 'S', 1);
    const bare = lines.filter((_, line) => line !== statement);
    expect(await withFile(name, joined(bare))).toMatchObject({
      fault: { code: 'statement_mismatch', sequence: 2 },
    });
    const commit = lineOf(lines, 'C', 0);
    const open = lines.filter((_, line) => line !== commit);
    expect(await withFile(name, joined(open))).toMatchObject({ fault: { code: 'commit_invalid' } });
  });

  test('a whole batch removed from the middle, and one from the end of an older file', async () => {
    const { name, lines } = fileAt(0);
    const [from, to] = [lineOf(lines, 'C', 0) + 1, lineOf(lines, 'C', 1) + 1];
    const middle = [...lines.slice(0, from), ...lines.slice(to)];
    expect(await withFile(name, joined(middle))).toMatchObject({
      fault: { code: 'entry_removed', sequence: 2 },
    });
    const last = lines.slice(0, lineOf(lines, 'C', 1) + 1);
    expect(await withFile(name, joined(last))).toMatchObject({
      fault: { code: 'entry_removed', sequence: 4 },
    });
  });

  test('a file removed, and a file under the name of another', async () => {
    const [older, newer] = [fileAt(0), fileAt(1)];
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch);
    await writeFile(join(scratch, newer.name), newer.bytes);
    expect(await verify(scratch)).toMatchObject({
      fault: { code: 'entry_removed', file: newer.name, sequence: 1 },
    });
    await rename(join(scratch, newer.name), join(scratch, older.name));
    expect(await verify(scratch)).toMatchObject({ fault: { code: 'header_mismatch' } });
  });
});

describe('L1: the end of the log', () => {
  const pinned = () => ({ sequence: intact.lastSequence, hash: intact.lastHash });

  test('a torn tail is a note and no fault, wherever it was torn', async () => {
    const { name, bytes, lines } = fileAt(1);
    const text = bytes.toString('latin1');
    const lastBatch = text.indexOf('\n', text.indexOf('\nC ') + 1) + 1;
    expect(lines.length).toBeGreaterThan(5);
    for (let end = lastBatch + 1; end < bytes.length; end += 7) {
      const report = await withFile(name, bytes.subarray(0, end));
      expect(report).toMatchObject({ ok: true, lastSequence: 6, notes: [{ code: 'torn_tail', file: name }] });
    }
  });

  test('a tail cut at a commit shows against what was seen before, and only there', async () => {
    const { name, lines } = fileAt(1);
    const cut = joined(lines.slice(0, lineOf(lines, 'C', 0) + 1));
    expect(await withFile(name, cut)).toMatchObject({ ok: true, lastSequence: 6, notes: [] });
    expect(await withFile(name, cut, pinned())).toMatchObject({
      ok: false,
      fault: { code: 'tail_cut', sequence: 7 },
    });
    expect(await verify(world.paths.journal, pinned())).toMatchObject({ ok: true });
  });

  test('a folder emptied shows against what was seen before', async () => {
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch);
    expect(await verify(scratch)).toMatchObject({ ok: true, entries: 0 });
    expect(await verify(scratch, pinned())).toMatchObject({ ok: false, fault: { code: 'tail_cut' } });
  });

  test('a chain rewritten to the same length with the ledger’s own keys shows against what was seen before', async () => {
    const rewritten = await createWorld({ keysOf: world });
    try {
      const ledger = await startLedger(rewritten.engine(), { tuning: { blockMs: 20 } });
      const stream = operationStream(testRunId(2), 'x');
      await rewritten.appendSigned(
        'planner',
        stream,
        1,
        Array.from({ length: 6 }, (_, at) => rawEvent('planner', stream, 1 + at)),
      );
      await ledger.settledThrough(7);
      await ledger.stop();
      expect(await verify(rewritten.paths.journal)).toMatchObject({ ok: true, lastSequence: 7 });
      expect(await verify(rewritten.paths.journal, pinned())).toMatchObject({
        ok: false,
        fault: { code: 'history_rewritten', sequence: 7 },
      });
    } finally {
      await rewritten.close();
    }
  });

  test('without the ledger’s key nobody can write a journal that verifies', async () => {
    const stranger = await createWorld();
    try {
      const ledger = await startLedger(stranger.engine(), { tuning: { blockMs: 20 } });
      await ledger.settledThrough(1);
      await ledger.stop();
      expect(await verify(stranger.paths.journal)).toMatchObject({
        ok: false,
        fault: { code: 'header_invalid' },
      });
    } finally {
      await stranger.close();
    }
  });
});

describe('E3: a key revoked later', () => {
  const revokedAt = (keyId: RegExp, at: number) => ({
    ...world.loaded.keyring,
    keys: world.loaded.keyring.keys.map((key) =>
      keyId.test(key.key_id) ? { ...key, revoked_at: new Date(at).toISOString() } : key,
    ),
  });
  const dir = () => world.paths.journal;

  test('does not take with it what the ledger committed before, and takes what came after', async () => {
    const after = revokedAt(/^planner-actor/, Date.now() + 1_000);
    expect(await verifyJournal({ dir: dir(), keyring: after })).toMatchObject({ ok: true, entries: 7 });
    const before = revokedAt(/^planner-actor/, Date.now() - 3_600_000);
    expect(await verifyJournal({ dir: dir(), keyring: before })).toMatchObject({
      ok: false,
      fault: { code: 'key_revoked', law: 'E3', sequence: 2, message: expect.stringContaining('revoked') },
    });
  });

  test('of the ledger itself leaves nobody to vouch for when it signed: the journal is refused', async () => {
    const keyring = revokedAt(/^ledger-acknowledgement/, Date.now() + 1_000);
    expect(await verifyJournal({ dir: dir(), keyring })).toMatchObject({ fault: { code: 'key_revoked' } });
  });
});

test('L1: what a deposed writer adds afterwards does not count, and is reported', async () => {
  const { name, lines } = fileAt(0);
  const added = [...lines, ...lines.slice(lineOf(lines, 'S', 1), lineOf(lines, 'C', 1) + 1)];
  expect(await withFile(name, joined(added))).toMatchObject({
    ok: true,
    entries: 7,
    notes: [{ code: 'ignored_entries', file: name }],
  });
});

test('L1: a line longer than any entry may be is refused before it is read whole', async () => {
  const { name, lines } = fileAt(0);
  const long = [...lines.slice(0, 2), `E ${'x'.repeat(3_000_000)}`, ...lines.slice(2)];
  expect(await withFile(name, joined(long))).toMatchObject({ ok: false, fault: { code: 'line_too_long' } });
});
