import { loadPolicyDirectory } from '@marketops/policy/node';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { policiesAt } from '../reading/policy-folder.js';
import { policyRules, ruleJson } from '../render/policy-rules.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

/** @throws PolicyError with every fault: what is not told here is in order */
export async function checkPolicies(invocation: Invocation, [dir]: readonly string[]): Promise<number> {
  const { output } = invocation;
  const folder = policiesAt(invocation, dir);
  const { digest, policies } = loadPolicyDirectory(folder);
  output.document({ folder, digest, policies: policies.map(ruleJson) });
  output.line(policyRules(output, policies));
  output.line();
  output.line(
    `${output.paint.green('ok')}  ${sanitize(shownPath(folder))} can be taken into force: digest ${digest}`,
  );
  return Promise.resolve(exitCodes.held);
}
