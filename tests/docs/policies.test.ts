import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policySchema } from '@marketops/policy';
import { describe, expect, it } from 'vitest';
import { runAsWritten } from './as-written.js';
import { root } from './error-codes.js';

describe('docs/policies.md', () => {
  it('shows the schema as it is', () => {
    const text = readFileSync(join(root, 'docs/policies.md'), 'utf8');
    expect(/```cedarschema\n([\s\S]*?)```/.exec(text)?.[1]).toBe(policySchema);
  });

  it('runs as written: checked, tested, compared, taken into force, explained, refused', async () => {
    const { code, output } = await runAsWritten('docs/policies.md');
    expect(code, output).toBe(0);
    expect(output).toContain('can be taken into force: digest');
    expect(output).toContain('8 cases, all as their tables say.');
    expect(output).toContain('12 cases, 1 otherwise than their tables say.');
    expect(output).toContain('+ forbid two-people-for-a-release  two-people.cedar:1');
    expect(output).toMatch(/was {2}allowed by releases\n {4}is {3}denied until people approve by two-people/);
    expect(output).toMatch(
      /forbids two-people-for-a-release .*lifted by 2 approvals\n.*A release is approved/,
    );
    expect(output).toContain('did you mean `tenant`?');
  }, 240_000);
});
