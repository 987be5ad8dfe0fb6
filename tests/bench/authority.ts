import { fileURLToPath } from 'node:url';
import { newUlid } from '@marketops/engine';
import { type Binding, openMint } from '@marketops/federation';
import { type PolicyQuestion, readCases, runCases } from '@marketops/policy';
import { loadPolicyDirectory, readPolicyTests } from '@marketops/policy/node';
import { operationDigest } from '@marketops/proof';
import {
  generateHmacKey,
  generateSigningKey,
  loadHmacKey,
  loadSigningKey,
  nodeCrypto,
} from '@marketops/proof/node';

export interface AuthorityResult {
  readonly policy_decisions_per_second: number;
  readonly mints_per_second: number;
}

const decisionsMeasured = 20_000;
const mintsMeasured = 5_000;

/**
 * What authority costs in one process: decisions by the policies of infra/policies, over the cases of their tables in turn, each
 * time about another ref, because an answer to the same question is remembered;
 * and mints, which are a decision, the operation's digest and both signatures of the receipt.
 */
export async function measureAuthority(say: (line: string) => void): Promise<AuthorityResult> {
  // From tests/dist/bench/ as from tests/bench/.
  const folder = fileURLToPath(new URL(`${upToRoot}infra/policies`, import.meta.url));
  const policies = loadPolicyDirectory(folder);
  const cases = readCases(readPolicyTests(folder));
  const wrong = runCases(policies, cases).find(({ holds }) => !holds);
  if (wrong !== undefined) throw new RangeError(`not what is to be measured: ${wrong.one.name}`);
  const questions = cases.map(({ question }) => question);
  const decisions = await perSecond(decisionsMeasured, async (index) => {
    policies.decide(aboutAnother(questions[index % questions.length] as PolicyQuestion, index));
  });
  const allowed = cases.filter((one) => one.expect === 'allow').map(({ question }) => question);
  const issue = minting(policies.digest);
  const mints = await perSecond(mintsMeasured, async (index) => {
    const question = allowed[index % allowed.length] as PolicyQuestion;
    if (!policies.decide(question).allowed) throw new RangeError('a case that was allowed is not any more');
    await issue(question);
  });
  say(`authority: ${Math.round(decisions)} decisions/s, ${Math.round(mints)} mints/s`);
  return { policy_decisions_per_second: Math.round(decisions), mints_per_second: Math.round(mints) };
}

/** The same question about a ref of its own. */
function aboutAnother(question: PolicyQuestion, index: number): PolicyQuestion {
  const { operation } = question;
  if (operation.kind === 'open_pr') {
    const head = { ...operation.head, ref: `${operation.head.ref}-${index}` };
    return { ...question, operation: { ...operation, head } };
  }
  return { ...question, operation: { ...operation, tag_name: `${operation.tag_name}-${index}` } };
}

const upToRoot = import.meta.url.includes('/dist/') ? '../../../' : '../../';

/** One after the other, after a warm-up of a tenth. */
async function perSecond(count: number, once: (index: number) => Promise<unknown>): Promise<number> {
  for (let index = 0; index < count / 10; index += 1) await once(index);
  const began = performance.now();
  for (let index = 0; index < count; index += 1) await once(index);
  return count / ((performance.now() - began) / 1_000);
}

function minting(policyDigest: string): (question: PolicyQuestion) => Promise<unknown> {
  const key = loadSigningKey(generateSigningKey().privatePem);
  const mint = openMint(
    nodeCrypto,
    {
      issuer: 'bench',
      audience: {
        environment: 'bench',
        api_origin: 'https://api.github.com',
        log_origin: 'marketops.bench/log',
      },
      receiptTtlMs: 3_600_000,
    },
    {
      signer: { keyId: 'bench-mint', sign: (bytes) => nodeCrypto.sign(key, bytes) },
      hmac: { keyId: 'bench-hmac', key: loadHmacKey(generateHmacKey()) },
    },
  );
  const binding: Binding = {
    ...{
      runId: `run_${'0'.repeat(26)}`,
      tenantId: 'acme',
      mode: 'prod',
      planDigest: 'a'.repeat(64),
      epoch: 1,
    },
    ...{ policyDigest, evidence: {} },
  };
  return ({ operation }) => {
    const nowMs = Date.now();
    const fresh = { nowMs, decisionId: newUlid(), answerId: newUlid() };
    return mint.receipt(operation, operationDigest(nodeCrypto, operation), binding, fresh, {
      notAfterMs: nowMs + 24 * 3_600_000,
    });
  };
}
