import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { auditJson, auditMarkdown } from '../audit/report.js';
import { auditHeld, runAudit } from '../audit/run-audit.js';
import { scenarios } from '../audit/scenarios/all.js';
import type { Invocation } from '../command.js';
import type { AuditFlags } from '../commands/audit.js';
import { exitCodes } from '../exit-codes.js';
import { renderAudit, renderScenario } from '../render/audit.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export async function audit(
  { output, signal }: Invocation,
  _args: readonly string[],
  flags: AuditFlags,
): Promise<number> {
  // Before anything is started: a folder that cannot be written is no reason to have waited.
  const reports = flags.output === undefined ? undefined : resolve(flags.output);
  if (reports !== undefined) mkdirSync(reports, { recursive: true });
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
    const json = auditJson(result);
    if (reports !== undefined) {
      writeFileSync(join(reports, 'audit.json'), `${JSON.stringify(json, null, 2)}\n`);
      writeFileSync(join(reports, 'audit.md'), auditMarkdown(result));
      output.note(`The report is in ${sanitize(shownPath(reports))}: audit.json and audit.md.`);
    }
    output.document(json);
    renderAudit(output, result);
    return held ? exitCodes.held : exitCodes.failed;
  } finally {
    // The folder holds the evidence; where all was refused the report says what there is to know.
    if (held) rmSync(dir, { recursive: true, force: true });
    else output.note(`What there is lies in ${sanitize(dir)}; its logs in .marketops/logs there.`);
  }
}
