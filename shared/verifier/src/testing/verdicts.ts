import { expect } from 'vitest';
import { lawByVerdict, type VerdictCode } from '../journal/errors.js';
import type { JournalReport } from '../journal/report.js';

/** Those on what entries say, as `meaning/` finds them. */
export const verdictsOnMeaning: ReadonlySet<string> = new Set<VerdictCode>([
  'effect_without_receipt',
  'receipt_reused',
  'receipt_outlived',
  'receipt_misbound',
  'receipt_forged',
  'receipt_without_policy',
  'outcome_without_start',
  'audit_misbound',
  'audit_untrue',
  'dry_run_shipped',
]);

export type ExpectVerdict = (
  report: Promise<JournalReport>,
  code: VerdictCode,
  place?: { readonly sequence?: number; readonly line?: number },
) => Promise<void>;

/** Expects a verdict with its law, place and advice, and remembers in `made` that it was made. */
export const verdictExpecter =
  (made: Set<string>): ExpectVerdict =>
  async (report, code, place = {}) => {
    const { ok, fault } = await report;
    made.add(code);
    expect({ ok, fault }).toMatchObject({ ok: false, fault: { code, law: lawByVerdict[code], ...place } });
    expect(fault?.message).toMatch(/^(\d{10}-\d{16}\.jsonl line \d+|The journal ends at).*\.$/);
    expect(fault?.next.length).toBeGreaterThan(20);
  };
