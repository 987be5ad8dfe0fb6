import { lawTexts } from '../laws.js';
import { sanitize } from '../plain-text.js';
import type { BundleFault } from './errors.js';
import type { BundleReport } from './verify.js';

/** Of subjects and violations; all of them are in the JSON form. */
const toldMax = 20;

export function renderBundle(report: BundleReport, line: (text: string) => void): void {
  const { fault, violations, completeUpTo, checkpoint, run, subjects } = report;
  for (const one of violations.slice(0, toldMax)) tell(one, line);
  if (fault !== undefined && !violations.includes(fault)) tell(fault, line);
  if (completeUpTo === null || checkpoint === null || run === null || report.keysDigest === null) return;
  line(
    `holds  ${report.entries} entries of ${sanitize(run.run_id)} (${run.mode}, ${run.status ?? 'no end'}), each signed and in the log (${report.elapsedMs} ms)`,
  );
  if (violations.length === 0) line('holds  no effect without its receipt, no receipt without policy');
  line(`holds  under the checkpoint of ${checkpoint.size} entries of ${sanitize(checkpoint.origin)}`);
  for (const { name, timeSeconds } of report.cosignatures)
    line(`       cosigned by ${sanitize(name)} at ${new Date(timeSeconds * 1_000).toISOString()}`);
  for (const { name, digest } of subjects.slice(1, 1 + toldMax))
    line(`       ${sanitize(name)}  sha256:${digest.sha256}`);
  if (subjects.length > 1 + toldMax) line(`       and ${subjects.length - 1 - toldMax} more`);
  line(`       complete up to entry ${completeUpTo.last_sequence}, and the end of each stream here:`);
  for (const { stream, seq } of completeUpTo.streams.slice(0, toldMax))
    line(`       ${sanitize(stream)} seq ${seq}`);
  line(`note   that nothing of the run came later, no bundle can prove`);
  if (report.withheld > 0)
    line(`note   ${report.withheld} of the plan and its operations are known by digest only`);
  if (report.unknown > 0)
    line(`note   ${report.unknown} entries are of a type this release does not know: not judged`);
  line(`keys   ${report.keysDigest}`);
}

function tell({ law, code, message, next }: BundleFault, line: (text: string) => void): void {
  line(law === null ? 'FAILS  not verified' : `FAILS  law ${law}: ${lawTexts[law]}`);
  line(`       ${sanitize(message)} (${code})`);
  line(`       ${sanitize(next)}`);
}

export const bundleJson = (report: BundleReport) => ({
  holds: report.ok,
  run: report.run,
  subjects: report.subjects,
  entries: report.entries,
  checkpoint: report.checkpoint,
  cosignatures: report.cosignatures.map(({ name, key, timeSeconds }) => ({
    ...{ name, key, time: new Date(timeSeconds * 1_000).toISOString() },
  })),
  complete_up_to: report.completeUpTo,
  withheld: report.withheld,
  unknown: report.unknown,
  keys_digest: report.keysDigest,
  elapsed_ms: report.elapsedMs,
  fault: report.fault ?? null,
  violations: report.violations,
});
