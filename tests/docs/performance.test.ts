import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from './error-codes.js';

it('docs/performance.md: the benchmark runs as written, and prints one JSON object', async () => {
  const options = ['--runs', '100', '--rounds', '1', '--warm-up', '100'];
  const args = ['run', '--silent', 'bench', '--', '--json', ...options];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root, timeout: 170_000 });
  const result = JSON.parse(stdout) as { ratio_to_naive: number; runs_per_round: number };
  expect(result.runs_per_round).toBe(100);
  expect(result.ratio_to_naive).toBeGreaterThan(0);
}, 180_000);
