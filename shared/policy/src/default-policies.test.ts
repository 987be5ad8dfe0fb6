import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCases } from './case-table.js';
import { cedar } from './cedar.js';
import { loadPolicyDirectory, readPolicyTests } from './node.js';
import { wholeCedarRequest } from './request.js';
import { runCases } from './run-cases.js';
import { policySchema } from './schema.js';

const folder = fileURLToPath(new URL('../../../infra/policies', import.meta.url));

describe('infra/policies', () => {
  const set = loadPolicyDirectory(folder);
  const results = runCases(set, readCases(readPolicyTests(folder)));

  it.each(results.map((result) => [`${result.one.file}: ${result.one.name}`, result] as const))(
    '%s',
    (_name, { one, outcome, by }) => {
      expect(outcome).toBe(one.expect);
      if (one.by !== undefined) expect([...by].sort()).toEqual([...one.by].sort());
    },
  );

  it.each(results.map((result) => [result.one.name, result] as const))(
    'given %s, then what is handed over to decide gives what the whole question gives',
    (_name, { one, outcome }) => {
      const staticPolicies = Object.fromEntries(set.policies.map(({ id, text }) => [id, text]));
      const whole = cedar((engine) =>
        engine.isAuthorized({
          ...wholeCedarRequest(one.question),
          schema: policySchema,
          validateRequest: true,
          policies: { staticPolicies },
        }),
      );
      expect(whole).toMatchObject({
        type: 'success',
        response: { decision: outcome === 'allow' ? 'allow' : 'deny', diagnostics: { errors: [] } },
      });
    },
  );

  it('given its tables, then every policy settles at least one case', () => {
    const settled = new Set(results.flatMap(({ by }) => by));
    expect(set.policies.map(({ id }) => id).filter((id) => !settled.has(id))).toEqual([]);
  });
});
