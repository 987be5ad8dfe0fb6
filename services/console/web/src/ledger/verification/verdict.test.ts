import type { JournalFault, JournalReport } from '@marketops/verifier';
import { describe, expect, it } from 'vitest';
import { uncompared, verdictOf } from './verdict.js';

const hash = 'a'.repeat(64);
const fault = (more: Partial<JournalFault> = {}): JournalFault => ({
  ...{ code: 'entry_changed', law: 'L1', message: 'a byte was changed', next: 'compare' },
  ...{ file: 'one.jsonl', line: 4, sequence: 9, ...more },
});
const report = (more: Partial<JournalReport> = {}): JournalReport => ({
  ...{ ok: true, entries: 1_200, lastSequence: 1_200, lastHash: hash, terms: [], events: {}, streams: 3 },
  ...{ notes: [], violations: [], violationsFound: 0, elapsedMs: 600, ...more },
});

describe('a verdict', () => {
  it('given all holds, then what holds, how fast, and the pin to keep', () => {
    expect(verdictOf(report(), ['1 pin'])).toMatchObject({
      tone: 'holds',
      headline: 'All 1,200 entries hold',
      holds: [
        '1,200 entries in 3 streams, every byte derived again (600 ms, 2,000 entries/s)',
        'no effect without its receipt, no receipt without policy',
        'against 1 pin',
      ],
      notes: [],
      pin: `1200:${hash}`,
    });
  });

  it('given nothing to compare with, then it says what would not show', () => {
    expect(verdictOf(report(), []).notes).toEqual([uncompared]);
  });

  it('given a fault of the chain, then the first bad entry, and no pin of what does not hold', () => {
    const verdict = verdictOf(report({ ok: false, entries: 8, lastSequence: 8, fault: fault() }), []);
    expect(verdict).toMatchObject({
      ...{ tone: 'broken', headline: 'The ledger does not hold at entry 9', firstBad: 9, pin: null },
      holds: ['The 8 entries before it hold.'],
      findings: [
        {
          law: 'law L1: any change, reorder, removal, cut or fork of the ledger shows',
          ...{ code: 'entry_changed', place: 'one.jsonl, line 4', sequence: 9 },
        },
      ],
    });
  });

  it('given the end was cut off, then where, and no entry to show that is not there', () => {
    const cut = fault({ code: 'tail_cut', line: null, sequence: 9 });
    const verdict = verdictOf(report({ ok: false, entries: 8, lastSequence: 8, fault: cut }), ['1 pin']);
    expect(verdict).toMatchObject({ firstBad: 9, findings: [{ code: 'tail_cut', sequence: null }] });
  });

  it('given entries that break laws in a chain that holds, then each is told, and how many more', () => {
    const broken = Array.from({ length: 30 }, (_, at) =>
      fault({ code: 'effect_without_receipt', law: 'P1', sequence: at + 1 }),
    );
    // As it comes out of a message: the first violation again, as another object.
    const copy = { ...broken[0] } as JournalFault;
    const verdict = verdictOf(
      report({ ok: false, fault: copy, violations: broken, violationsFound: 45 }),
      [],
    );
    expect(verdict.findings).toHaveLength(20);
    expect(verdict).toMatchObject({
      ...{ moreFindings: 25, tone: 'broken', firstBad: 1, pin: `1200:${hash}` },
      headline: 'The chain holds, and 45 entries break a law, the first at entry 1',
    });
  });
});
