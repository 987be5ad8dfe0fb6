import { policiesAt, systemNames } from '@marketops/operator/policy';
import { loadPolicyDirectory } from '@marketops/policy/node';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { policyRules, ruleJson } from '../render/policy-rules.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

/** @throws PolicyError with every fault: what is not told here is in order */
export async function checkPolicies(invocation: Invocation, [dir]: readonly string[]): Promise<number> {
  const { output } = invocation;
  const folder = policiesAt(invocation, dir);
  const known = systemNames(invocation, dir);
  const { digest, policies, doubts } = loadPolicyDirectory(folder, known);
  output.document({
    folder,
    digest,
    policies: policies.map(ruleJson),
    names_checked: known !== undefined,
    doubts,
  });
  output.line(policyRules(output, policies));
  output.line();
  for (const { path, line, column, message } of doubts)
    output.line(
      `${output.paint.yellow('look')}  ${sanitize(`${path}:${line ?? 1}:${column ?? 1}: ${message}`)}`,
    );
  output.line(
    `${output.paint.green('ok')}  ${sanitize(shownPath(folder))} can be taken into force: digest ${digest}`,
  );
  return Promise.resolve(exitCodes.held);
}
