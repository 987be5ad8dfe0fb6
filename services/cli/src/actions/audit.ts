import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditJson } from '../audit/report.js';
import { reportFiles } from '../audit/report-files.js';
import { auditHeld, runAudit } from '../audit/run-audit.js';
import { scenarios } from '../audit/scenarios/all.js';
import type { Invocation } from '../command.js';
import type { AuditFlags } from '../commands/audit.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { renderAudit, renderScenario } from '../render/audit.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export async function audit(
  { output, signal }: Invocation,
  _args: readonly string[],
  flags: AuditFlags,
): Promise<number> {
  if (flags.force === true && flags.output === undefined) throw nothingToReplace();
  const reports = flags.output === undefined ? undefined : reportFiles(flags.output, flags.force === true);
  const dir = mkdtempSync(join(tmpdir(), 'marketops-audit-'));
  let held = false;
  try {
    output.note('A private system starts: Redis, a simulated GitHub, four services.');
    const result = await runAudit({
      dir,
      scenarios,
      signal,
      onRedis: ({ describe }) => output.note(`  ${sanitize(describe)}`),
      onStage: () => output.note('It has done honest work. Now the attacks.'),
      onScenario: (one) => renderScenario(output, one),
    });
    held = auditHeld(result);
    // Shown first: what was found is not lost to a disk that became full meanwhile.
    output.document(auditJson(result));
    renderAudit(output, result);
    if (reports !== undefined) {
      reports.write(result);
      output.note(
        `The report is in ${reports.paths.map((path) => sanitize(shownPath(path))).join(' and ')}.`,
      );
    }
    return held ? exitCodes.held : exitCodes.failed;
  } finally {
    // The folder holds the evidence; where all was refused the report says what there is to know.
    if (held) rmSync(dir, { recursive: true, force: true });
    else output.note(`What there is lies in ${sanitize(dir)}; its logs in .marketops/logs there.`);
  }
}

const nothingToReplace = (): CliError =>
  new CliError('usage_invalid', '--force goes with --output', {
    next: 'Name the report to replace with --output.',
  });
