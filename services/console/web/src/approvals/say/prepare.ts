import type { ApprovalToSign } from '@marketops/client';
import type { Operation, PublicationPlan } from '@marketops/contracts';
import { webCrypto } from '@marketops/proof/web';
import { api, unwrap } from '../../data/api.js';
import {
  type ConfirmedApproval,
  confirmWhatIsSigned,
  type ListedKey,
  type Signer,
  SigningError,
  signApprovalWith,
} from '../../signing/index.js';
import { carried } from '../key/carried.js';
import type { Word } from './word.js';

export interface Speaker {
  readonly principal: string;
  readonly keyId: string;
  readonly audience: ApprovalToSign['claims']['audience'];
}

/** What the page shows: the very values that are rendered. */
export interface ShownSubject {
  readonly plan: PublicationPlan;
  readonly operations: readonly Operation[];
}

/**
 * Asks the API for the bytes of a word, and confirms here that they say what is shown and was asked for. Nothing is said by it.
 * @throws ProblemError where the word would not count; SigningError `statement_differs` with every difference
 */
export async function prepareWord(
  runId: string,
  word: Word,
  { principal, keyId, audience }: Speaker,
  { plan, operations }: ShownSubject,
): Promise<ConfirmedApproval> {
  const toSign = unwrap(
    await api.POST('/v1/runs/{run_id}/approvals/to-sign', {
      params: { path: { run_id: runId } },
      body: {
        ...{ verdict: word.verdict, operations: word.operations, key_id: keyId, reason: word.reason },
        ...{ withdraws: word.withdraws, expires_in_ms: word.expiresInMs },
      },
    }),
  );
  const asked = { ...word, runId, approver: principal, keyId, audience };
  const { faults, confirmed } = confirmWhatIsSigned(
    webCrypto,
    toSign,
    { plan, operations },
    asked,
    Date.now(),
  );
  if (confirmed !== undefined) return confirmed;
  throw new SigningError('statement_differs', faults.map(({ message }) => message).join(' '));
}

/** Where the ledger has what was said. */
export type Recorded = Awaited<ReturnType<typeof sayWord>>;

/** Signs it and carries it to the run; answers when the ledger has it. */
export async function sayWord(
  runId: string,
  confirmed: ConfirmedApproval,
  { signer, listed }: { readonly signer: Signer; readonly listed: ListedKey },
) {
  const approval = await signApprovalWith(webCrypto, signer, confirmed, listed);
  return unwrap(
    await api.POST('/v1/runs/{run_id}/approvals', {
      params: { path: { run_id: runId } },
      body: carried(approval),
    }),
  );
}
