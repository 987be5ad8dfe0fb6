import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lawByBundleVerdict } from '@marketops/verifier';
import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';
import { root } from './error-codes.js';

describe('docs/proof.md', () => {
  it('lists every verdict of a bundle with its law, and no other', () => {
    const page = readFileSync(join(root, 'docs/proof.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z_]+)` \| ([A-Z]\d) \|/gm)].map(([, code, law]) => [code, law]);
    expect(Object.fromEntries(rows)).toEqual(lawByBundleVerdict);
  });

  it('L3: runs as written: a stranger verifies a run with nothing of ours, and a changed bundle does not hold', async () => {
    const { code, output } = await runAsWritten('docs/proof.md');
    expect(code, output).toBe(0);
    expect(output).toContain('run completed: 1 succeeded');
    expect(output).toMatch(
      /marketops-proof-run_\S+\.json, .* bytes, was there already and is attached as it is/,
    );
    expect(output.match(/^holds {2}\d+ entries of run_\S+ \(prod, completed\)/gm)).toHaveLength(6);
    expect(output).toMatch(
      /^VERIFIED: run_\S+, \d+ entries and 1 receipts in a log of \d+ entries, root \S{44}$/m,
    );
    expect(output).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex \d+\n/m);
    // Which of the two depends on the letter: it may stand in a word of the form, or in an id.
    expect(output).toMatch(/\(bundle_(malformed|mismatch)\)/);
    expect(output).toMatch(/\((bundle_foreign|bundle_unsigned)\)/);
    expect(output).toContain('(checkpoint_unproven)');
    expect(output.match(/exit code 1/g)).toHaveLength(3);
  }, 240_000);
});
