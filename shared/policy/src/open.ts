import { type CryptoPort, digestOf } from '@marketops/proof';
import { cedar } from './cedar.js';
import { decide, type Prepared, weighsStatements } from './decide.js';
import { PolicyError } from './errors.js';
import { explain, type PolicyExplanation } from './explain.js';
import { orderedFiles, type PolicyFiles } from './files.js';
import type { Policy, PolicyQuestion } from './port.js';
import { readPolicies } from './read.js';
import type { PolicyRule } from './rule.js';
import { policySchema } from './schema.js';

/** Policies in force. */
export interface PolicySet extends Policy {
  /** In the order of the files and of their lines. */
  readonly policies: readonly PolicyRule[];
  explain(question: PolicyQuestion): PolicyExplanation;
}

/**
 * Takes policies into force: everything is read and checked now, and held ready in this process, so that a decision
 * costs no parsing.
 * @throws PolicyError with everything that is wrong; then nothing of them is in force.
 */
export function openPolicies(crypto: CryptoPort, files: PolicyFiles): PolicySet {
  const { rules: policies, mentions } = readPolicies(files);
  const digest = policiesDigest(crypto, files);
  const prepared: Prepared = {
    name: digest,
    rules: new Map(policies.map((rule) => [rule.id, rule])),
    mentions,
  };
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  const answer = cedar((engine) => engine.preparsePolicySet(prepared.name, { staticPolicies }));
  if (answer.type === 'failure')
    throw new PolicyError(
      'policy_malformed',
      answer.errors[0]?.message ?? 'the policies are not valid Cedar',
    );
  return {
    digest,
    policies,
    weighsStatements: (kind) => weighsStatements(prepared, kind),
    decide: (question) => decide(prepared, question),
    explain: (question) => explain(prepared, question),
  };
}

/** SHA-256 over what is in force: the files with their names, and the schema they were checked against. */
const policiesDigest = (crypto: CryptoPort, files: PolicyFiles): string =>
  digestOf(crypto, {
    version: 1,
    schema: crypto.sha256Hex(policySchema),
    files: orderedFiles(files).map(([name, text]) => ({ name, sha256: crypto.sha256Hex(text) })),
  });
