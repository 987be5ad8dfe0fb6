import { nodeCrypto } from '@marketops/proof/node';
import { expect, it } from 'vitest';
import { cedar } from './cedar.js';
import { openPolicies } from './open.js';
import { question } from './testing/questions.js';

it('P8: given an engine that breaks down, then whatever it permitted before is denied from then on', () => {
  const files = { 'a.cedar': '@id("all") permit (principal, action, resource);' };
  const set = openPolicies(nodeCrypto, files);
  expect(set.decide(question()).allowed).toBe(true);
  // Past our own limits, straight to the engine: its stack runs over for real.
  const deep = `permit (principal, action, resource) when { ${'('.repeat(20_000)}true${')'.repeat(20_000)} };`;
  expect(() => cedar((engine) => engine.checkParsePolicySet({ staticPolicies: deep }))).toThrow(
    expect.objectContaining({ code: 'policy_engine_failed' }),
  );
  expect(set.decide(question())).toMatchObject({
    allowed: false,
    reasons: [{ code: 'policy_error', message: expect.stringContaining('engine has failed') }],
  });
  expect(() => openPolicies(nodeCrypto, files)).toThrow(
    expect.objectContaining({ code: 'policy_engine_failed' }),
  );
});
