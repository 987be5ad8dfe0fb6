import { type CryptoPort, digestOf } from '@marketops/proof';
import { decide, weighsStatements } from './decide.js';
import type { PolicyFault } from './errors.js';
import { explain, type PolicyExplanation } from './explain.js';
import { orderedFiles, type PolicyFiles } from './files.js';
import type { KnownNames } from './known-names.js';
import type { Policy, PolicyQuestion } from './port.js';
import { prepare } from './prepared.js';
import { readPolicies } from './read.js';
import type { PolicyRule } from './rule.js';
import { policySchema } from './schema.js';

/** Policies in force. */
export interface PolicySet extends Policy {
  /** In the order of the files and of their lines. */
  readonly policies: readonly PolicyRule[];
  /** What should be looked into: names that match nothing here, by which less is allowed than is written. */
  readonly doubts: readonly PolicyFault[];
  explain(question: PolicyQuestion): PolicyExplanation;
}

/**
 * Takes policies into force: everything is read and checked now, and held ready in this process, so that a decision
 * costs no parsing.
 * @param known the names that questions can have in this system: a policy by which more is allowed than it says because a
 * name matches nothing is refused then. Without them names are looked at by their characters only.
 * @throws PolicyError with everything that is wrong; then nothing of them is in force.
 */
export function openPolicies(crypto: CryptoPort, files: PolicyFiles, known?: KnownNames): PolicySet {
  const { rules: policies, mentions, doubts } = readPolicies(files, known);
  const digest = policiesDigest(crypto, files);
  const prepared = prepare(digest, policies, mentions);
  return {
    digest,
    policies,
    doubts,
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
