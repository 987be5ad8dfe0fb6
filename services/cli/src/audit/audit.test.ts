import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../testing/run-command.js';
import { presentGenuine } from './control.js';
import { present, presentation } from './presenting.js';
import { reportFiles } from './report-files.js';
import { type AuditResult, auditHeld, runAudit } from './run-audit.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios/all.js';

interface Report {
  readonly scenarios: readonly {
    readonly id: string;
    readonly refused: boolean;
    readonly check: string;
    readonly event_id: string;
    readonly ledger_sequence: number;
    readonly attempts: readonly {
      readonly refused: boolean;
      readonly name: string;
      readonly detail: string;
    }[];
  }[];
  readonly summary: { readonly held: boolean; readonly refused: number; readonly scenarios: number };
}

describe('marketops audit', () => {
  let cwd = '';
  let result: CommandResult;
  let report: Report;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'marketops-cli-'));
    // A Redis that is not there: the audit must not so much as look at it.
    const env = { REDIS_URL: 'redis://127.0.0.1:1', TMPDIR: cwd };
    result = await runCommand(['audit', '--json', '--output', 'reports'], { cwd, env });
    report = JSON.parse(result.stdout) as Report;
  }, 120_000);
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  it('P1, P8: given the ten scenarios, then ten of ten are refused, and it exits with 0', () => {
    expect(
      report.scenarios.flatMap(({ id, attempts }) =>
        attempts.filter(({ refused }) => !refused).map(({ name, detail }) => `${id} ${name}: ${detail}`),
      ),
    ).toEqual([]);
    expect(report.scenarios.map(({ id }) => id)).toEqual(scenarios.map(({ id }) => id));
    expect(report.summary).toMatchObject({ held: true, refused: 10, scenarios: 10 });
    expect(result.code).toBe(0);
  });

  it('D5: given the report, then every refusal has its check, its event and its entry', () => {
    for (const { check, event_id, ledger_sequence } of report.scenarios) {
      expect(check).toMatch(/^[a-z_]+$/);
      expect(event_id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(ledger_sequence).toBeGreaterThan(0);
    }
  });

  it('given --output, then the report is written as it was printed, and for people', () => {
    expect(JSON.parse(readFileSync(join(cwd, 'reports', 'audit.json'), 'utf8'))).toEqual(report);
    const text = readFileSync(join(cwd, 'reports', 'audit.md'), 'utf8');
    for (const { id, event_id } of report.scenarios) {
      expect(text).toContain(`## ${id} `);
      expect(text).toContain(event_id);
    }
  });

  it('given a report is there already, then a further audit is refused at once, and the report stands', async () => {
    const before = readFileSync(join(cwd, 'reports', 'audit.md'), 'utf8');
    for (const output of ['reports', join('reports', 'audit.md')]) {
      const again = await runCommand(['audit', '--json', '--output', output], { cwd });
      expect(again.code).toBe(2);
      expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'report_exists' } });
    }
    const alone = await runCommand(['audit', '--json', '--force'], { cwd });
    expect(JSON.parse(alone.stdout)).toMatchObject({ error: { code: 'usage_invalid' } });
    expect(readFileSync(join(cwd, 'reports', 'audit.md'), 'utf8')).toBe(before);
  });

  it('given all was refused, then nothing is left behind but the report', () => {
    expect(readdirSync(cwd).filter((name) => name.startsWith('marketops-audit-'))).toEqual([]);
    expect(existsSync(join(cwd, '.marketops'))).toBe(false);
  });
});

describe('an audit that finds something', () => {
  /** Says that it was refused; and ships. */
  const lying: Scenario = {
    ...{ id: 'X1', name: 'an attack that succeeds', severity: 'critical', stoppedBy: 'nothing', steps: [] },
    attempts: () => [
      {
        name: 'ships, and claims a refusal',
        expects: 'signatures',
        attack: async (stage) => {
          await presentGenuine(stage);
          return { check: 'signatures', eventId: 'x', ledgerSequence: 1, detail: 'so it says' };
        },
      },
    ],
  };
  const elsewhere: Scenario = {
    ...{ id: 'X2', name: 'refused by another defence', severity: 'high', stoppedBy: 'nothing', steps: [] },
    attempts: (stage) => [
      { name: 'no receipt', expects: 'signatures', attack: () => present(stage, presentation(stage, null)) },
      {
        name: 'a fault of the attempt',
        expects: 'signatures',
        attack: () => Promise.reject(new RangeError('it broke')),
      },
    ],
  };
  const idle: Scenario = {
    ...{ id: 'X3', name: 'nothing is tried', severity: 'high', stoppedBy: 'nothing', steps: [] },
    attempts: () => [],
  };
  let dir = '';
  let result: AuditResult;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'marketops-cli-'));
    const { signal } = new AbortController();
    result = await runAudit({ dir, signal, scenarios: [elsewhere, idle, lying] });
  }, 120_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('given something shipped, then no word of a refusal counts', () => {
    expect(result.scenarios[2]).toMatchObject({
      refused: false,
      attempts: [{ refused: false, detail: expect.stringMatching(/^\d+ writes at GitHub/) }],
    });
  });

  it('given another defence than the one audited, a fault, or no attempt, then it was not refused', () => {
    const [{ attempts } = { attempts: [] }] = result.scenarios;
    expect(attempts.map(({ refused, check }) => [refused, check])).toEqual([
      [false, 'presence'],
      [false, null],
    ]);
    expect(result.scenarios.map(({ refused }) => refused)).toEqual([false, false, false]);
  });

  it('given a file to write the report to, then it is written as its name says, and replaced only by force', () => {
    const [json, markdown] = [join(dir, 'new', 'one.json'), join(dir, 'new', 'one.md')];
    const first = reportFiles(json, false);
    expect(first.paths).toEqual([json]);
    first.write(result);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ summary: { held: false } });
    reportFiles(markdown, false).write(result);
    expect(readFileSync(markdown, 'utf8')).toMatch(/^# Security audit\n/);
    const exists = expect.objectContaining({ code: 'report_exists' });
    expect(() => reportFiles(json, false)).toThrowError(exists);
    // Somebody else was faster since it was looked.
    expect(() => first.write(result)).toThrowError(exists);
    writeFileSync(json, 'the old one');
    reportFiles(json, true).write(result);
    expect(readFileSync(json, 'utf8')).toContain('"held": false');
    expect(readdirSync(join(dir, 'new')).sort()).toEqual(['one.json', 'one.md']);
  });

  it('given the genuine receipt has been used, then the control fails, and so does the audit', () => {
    expect(result.control.shipped).toBe(false);
    expect(auditHeld(result)).toBe(false);
    expect(result.ledger.holds).toBe(true);
  });
});
