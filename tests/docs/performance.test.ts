import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from './error-codes.js';

it('docs/performance.md: the benchmark runs as written, and prints one JSON object', async () => {
  const options = ['--runs', '100', '--rounds', '1', '--warm-up', '100', '--entries', '2000'];
  const args = ['run', '--silent', 'bench', '--', '--json', ...options];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root, timeout: 170_000 });
  const result = JSON.parse(stdout) as {
    readonly ratio_to_naive: number;
    readonly runs_per_round: number;
    readonly million: {
      readonly entries: number;
      readonly ledger_memory: readonly { readonly entries: number }[];
      readonly verifier_memory: readonly { readonly entries: number }[];
      readonly inclusion: { readonly bytes: number };
      readonly replay: { readonly p50_ms: number };
    };
  };
  expect(result.runs_per_round).toBe(100);
  expect(result.ratio_to_naive).toBeGreaterThan(0);
  expect(result.million.entries).toBe(2_000);
  const { ledger_memory, verifier_memory, inclusion, replay } = result.million;
  for (const marks of [ledger_memory, verifier_memory])
    expect(marks.map(({ entries }) => entries)).toEqual([200, 1_000, 2_000]);
  expect(inclusion.bytes).toBe(11 * 32);
  // How much is told, and never gated on: this machine may be doing anything else.
  expect(replay.p50_ms).toBeGreaterThan(0);
}, 180_000);
