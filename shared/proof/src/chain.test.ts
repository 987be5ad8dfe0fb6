import { LedgerEntry } from '@marketops/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical.js';
import { entryOf, genesisHash, verifyEntry } from './chain.js';
import { admittedJson } from './testing/admitted.js';
import { crypto, digest, startedBytes } from './testing/fixtures.js';
import { survivorsOf } from './testing/mutate.js';

interface Link {
  readonly bytes: string;
  readonly hash: string;
}

function chainOf(length: number): Link[] {
  const links: Link[] = [];
  for (const [index, eventBytes] of startedBytes(1, length).entries()) {
    links.push(
      entryOf(crypto, {
        sequence: index + 1,
        prevHash: links.at(-1)?.hash ?? genesisHash,
        eventBytes,
        eventDigest: crypto.sha256Hex(eventBytes),
        statementDigest: digest('statement'),
      }),
    );
  }
  return links;
}

function walk(lines: readonly string[]): string {
  let expectedPrevHash = genesisHash;
  for (const [index, bytes] of lines.entries()) {
    expectedPrevHash = verifyEntry(crypto, { bytes, expectedSequence: index + 1, expectedPrevHash }).hash;
  }
  return expectedPrevHash;
}

const refusal = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

describe('law L1: the chain', () => {
  const links = chainOf(5);
  const lines = links.map((link) => link.bytes);

  test('given a chain, when walked, then every step gives the hash of the next', () => {
    expect(walk(lines)).toBe(links.at(-1)?.hash);
    expect(genesisHash).toBe('0'.repeat(64));
  });

  test('given any event, when spliced into an entry, then the bytes are the canonical form of the whole', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), admittedJson),
        fc.integer({ min: 1, max: 2 ** 53 - 1 }),
        (event, sequence) => {
          fc.pre(!Object.hasOwn(event, '__proto__'));
          const eventBytes = canonicalJson(event);
          const eventDigest = crypto.sha256Hex(eventBytes);
          const statementDigest = digest('statement');
          const entry = {
            sequence,
            prev_hash: genesisHash,
            event_digest: eventDigest,
            statement_digest: statementDigest,
            event,
          };
          const made = entryOf(crypto, {
            sequence,
            prevHash: genesisHash,
            eventBytes,
            eventDigest,
            statementDigest,
          });
          expect(made.bytes).toBe(canonicalJson(entry, { depthMax: 40 }));
          expect(made.hash).toBe(crypto.sha256Hex(made.bytes));
          const read = verifyEntry(crypto, {
            bytes: made.bytes,
            expectedSequence: sequence,
            expectedPrevHash: genesisHash,
          });
          expect(read.entry).toEqual(LedgerEntry.parse(JSON.parse(made.bytes)));
        },
      ),
    );
  });

  test('given an entry, when any field of it is mutated, then verification throws', () => {
    const second = JSON.parse(lines[1] ?? '') as LedgerEntry;
    const verify = (entry: LedgerEntry): unknown => {
      const { hash } = verifyEntry(crypto, {
        bytes: canonicalJson(entry),
        expectedSequence: 2,
        expectedPrevHash: links[0]?.hash ?? '',
      });
      // What an entry alone cannot show (its statement's digest), the next entry's prev_hash does.
      return verifyEntry(crypto, { bytes: lines[2] ?? '', expectedSequence: 3, expectedPrevHash: hash });
    };
    expect(() => verify(second)).not.toThrow();
    expect(survivorsOf(second, verify)).toEqual([]);
  });

  test('given a chain, when one byte anywhere is changed, then the walk throws and names an entry', () => {
    fc.assert(
      fc.property(
        fc.nat(3),
        fc.nat(),
        fc.constantFrom('0', 'f', ' ', '"', ',', '\\', 'é'),
        (line, position, put) => {
          const bytes = lines[line] ?? '';
          const at = position % bytes.length;
          fc.pre(bytes[at] !== put);
          const edited = lines.with(line, bytes.slice(0, at) + put + bytes.slice(at + 1));
          expect(() => walk(edited)).toThrowError(/^Entry \d+: /);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    ['an entry removed', lines.toSpliced(2, 1), 'chain_broken', 'Entry 3: sequence'],
    [
      'two entries swapped',
      lines.with(1, lines[2] ?? '').with(2, lines[1] ?? ''),
      'chain_broken',
      'Entry 2: sequence',
    ],
    ['an entry doubled', lines.toSpliced(1, 0, lines[0] ?? ''), 'chain_broken', 'Entry 2: sequence'],
    ['white space added', lines.with(3, `${lines[3]} `), 'entry_invalid', 'Entry 4: byte form'],
    ['no JSON', lines.with(3, 'torn'), 'entry_invalid', 'Entry 4: byte form'],
    ['another object', lines.with(3, '{}'), 'entry_invalid', 'Entry 4: the bytes are not a ledger entry'],
  ])('given %s, when walked, then the message says where and what', (_, edited, code, text) => {
    expect(() => walk(edited)).toThrowError(refusal(code, text));
  });

  test('given an entry rewritten with all its own digests right, when walked, then prev_hash of the next breaks', () => {
    const eventBytes = startedBytes(9, 1)[0] ?? '';
    const rewritten = entryOf(crypto, {
      sequence: 3,
      prevHash: links[1]?.hash ?? '',
      eventBytes,
      eventDigest: crypto.sha256Hex(eventBytes),
      statementDigest: digest('statement'),
    });
    expect(() => walk(lines.with(2, rewritten.bytes))).toThrowError(
      refusal('chain_broken', 'Entry 4: prev_hash'),
    );
  });

  test('given an event exchanged under its digest, when walked, then event_digest names it', () => {
    const entry = JSON.parse(lines[1] ?? '') as LedgerEntry;
    const edited = canonicalJson({ ...entry, event: { ...entry.event, mode: 'dry_run' } });
    expect(() => walk(lines.with(1, edited))).toThrowError(
      refusal('digest_mismatch', 'Entry 2: event_digest'),
    );
  });

  test('given an event that makes the entry larger than tiles allow, when written, then json_too_large', () => {
    const large = {
      sequence: 1,
      prevHash: genesisHash,
      eventDigest: digest('e'),
      statementDigest: digest('s'),
    };
    expect(() => entryOf(crypto, { ...large, eventBytes: `{"a":"${'x'.repeat(65_535)}"}` })).toThrowError(
      refusal('json_too_large', 'Entry 1'),
    );
  });

  test.each([
    ['a digest that is none', { prevHash: 'x' }],
    ['sequence 0', { sequence: 0 }],
  ])('given %s, when written, then it is a defect of ours', (_, wrong) => {
    const entry = {
      sequence: 1,
      prevHash: genesisHash,
      eventDigest: digest('e'),
      statementDigest: digest('s'),
    };
    expect(() => entryOf(crypto, { ...entry, eventBytes: '{}', ...wrong })).toThrowError(
      refusal('invariant_violated', 'An entry'),
    );
  });
});
