import { openTested, policiesAt } from '@marketops/operator/policy';
import { runCases } from '@marketops/policy';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { caseJson, renderCases } from '../render/policy-cases.js';

export async function testPolicies(invocation: Invocation, [dir]: readonly string[]): Promise<number> {
  const { output } = invocation;
  const { folder, set, cases } = openTested(policiesAt(invocation, dir));
  const results = runCases(set, cases);
  const settling = new Set(results.flatMap(({ by }) => by));
  const unsettled = set.policies.map(({ id }) => id).filter((id) => !settling.has(id));
  const failed = results.filter(({ holds }) => !holds);
  output.document({
    folder,
    digest: set.digest,
    cases: results.map(caseJson),
    failed: failed.length,
    policies_without_a_case: unsettled,
  });
  renderCases(output, results, unsettled);
  return Promise.resolve(failed.length === 0 ? exitCodes.held : exitCodes.failed);
}
