import { describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.js';
import { temporaryFolders } from '../testing/temporary-folder.js';

const folder = temporaryFolders();
const asked = async (...args: readonly string[]) => runCommand(['laws', ...args], { cwd: folder() });

interface Said {
  readonly laws: readonly {
    readonly id: string;
    readonly status: string;
    readonly checks: readonly unknown[];
    readonly tests: readonly unknown[];
    readonly evidence: { readonly of: string };
  }[];
}

describe('marketops laws, where there is no system', () => {
  it('lists every law with its checks and tests, and no evidence', async () => {
    const { code, stdout } = await asked('--json');
    expect(code).toBe(0);
    const { laws } = JSON.parse(stdout) as Said;
    expect(laws.map(({ id }) => id)).toContain('C2');
    for (const { status, checks, tests, evidence } of laws) {
      expect(evidence).toEqual({ of: 'no_ledger' });
      if (status === 'active') {
        expect(checks.length).toBeGreaterThan(0);
        expect(tests.length).toBeGreaterThan(0);
      }
    }
  });

  it('shows one in full', async () => {
    const { code, stdout } = await asked('x1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^X1 {2}An effect happens only after the ledger acknowledged its start\.\n/);
    expect(stdout).toContain('checkAcknowledged (gate check 12)');
    expect(stdout).toContain('there is no ledger here');
  });

  it('given no law of ours, then it says which there are', async () => {
    const { code, stderr } = await asked('Z1');
    expect(code).toBe(3);
    expect(stderr).toContain('law_unknown');
  });

  it.each([['0'], ['1000001'], ['all']])('given a depth of %s, then that is refused', async (depth) => {
    const { code, stderr } = await asked('--depth', depth);
    expect(code).toBe(2);
    expect(stderr).toContain('whole number from 1 to 1000000');
  });

  it('given a marketops.yml that is named and missing, then that is told', async () => {
    const { code, stderr } = await asked('--config', 'elsewhere.yml');
    expect(code).toBe(2);
    expect(stderr).toContain('config_missing');
  });
});
