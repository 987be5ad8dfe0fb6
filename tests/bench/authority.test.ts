import { expect, it } from 'vitest';
import { measureAuthority } from './authority.js';

it('given the policies of infra/policies, then both numbers are measured, over decisions that come out as their tables say', async () => {
  const said: string[] = [];
  const { policy_decisions_per_second: decisions, mints_per_second: mints } = await measureAuthority((line) =>
    said.push(line),
  );
  // How many is told, and never gated on: this machine may be doing anything else.
  expect(decisions).toBeGreaterThan(0);
  expect(mints).toBeGreaterThan(0);
  expect(said).toHaveLength(1);
});
