import type { Approval, ApprovalVerdict, OperationSet } from '@marketops/contracts';
import { isoTime, type LoadedConfig, loadConfig } from '@marketops/engine';
import {
  approvalClaims,
  carryToRun,
  chosenKey,
  type HoldersKey,
  liveOf,
  openRuns,
  principalOf,
  refuseWorthless,
  type ShownPlan,
  shownPlan,
  systemAudience,
  untilAnswered,
} from '@marketops/operator';
import { parseReason, parseRunId } from '@marketops/operator/words';
import { openKeyring, signApproval } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import type { Invocation } from '../command.js';
import type { WordFlags } from '../commands/approve.js';
import { exitCodes } from '../exit-codes.js';
import { asJson, renderToSign } from '../render/approve.js';
import { eventNotes } from '../render/event-line.js';
import { confirm, refuseUnasked } from './confirm.js';

/** What else than a grant is signed for: it counts for good, and only a grant runs out. */
export const unlessGrantMs = 3_600_000;

/** What is said, once it is known to whom and by whom. */
export interface Word {
  readonly operations: OperationSet;
  /** The grant that is taken back; null for the others. */
  readonly withdraws: string | null;
}

/**
 * Somebody's word on a plan: shown, confirmed, signed with that person's own key, and carried to the run's stream.
 * @param wordOf what exactly is said; throws where it cannot be
 * @throws AuthorityError for everything that would not count, before anything is signed
 */
export async function say(
  invocation: Invocation,
  verdict: ApprovalVerdict,
  runText: string,
  flags: Omit<WordFlags, 'operation'>,
  wordOf: (shown: ShownPlan, approver: string) => Word,
): Promise<number> {
  const { output, env, signal, configPath } = invocation;
  const runId = parseRunId(runText);
  const reason = flags.reason === undefined ? null : parseReason(flags.reason);
  const asking = { yes: flags.yes === true, json: output.json, signal };
  refuseUnasked(asking);
  const loaded = loadConfig(configPath, env);
  const held = chosenKey(env, flags);
  const approver = principalOf(openKeyring(nodeCrypto, loaded.keyring), held);
  const runs = await openRuns(loaded, env);
  try {
    const live = liveOf(runs);
    const shown = shownPlan(await runs.read(runId));
    const word = wordOf(shown, approver);
    refuseWorthless(shown, { verdict, operations: word.operations, approver }, isoTime(Date.now()));
    const about = { verdict, approver, reason, expiresMs: flags.expires, ...word };
    renderToSign(output, shown, about);
    await confirm(question[verdict](approver), asking);
    const approval = signed(loaded, env, shown, held, about);
    const event = await carryToRun({ loaded, env, live }, shown.record, {
      sort: 'approval',
      id: approval.approval_id,
      event: { type: eventTypes[verdict], data: { approval } },
    });
    output.line(
      `${done[verdict]}: ${approval.approval_id}, by ${approver}; entry ${event.seq} of ${event.stream}`,
    );
    const answers =
      flags.wait === true
        ? await untilAnswered({
            live,
            runs,
            shown,
            set: word.operations,
            timeoutMs: flags.timeout * 1_000,
            signal,
            onEvent: eventNotes(output),
          })
        : undefined;
    output.document({ ...asJson(shown, approval, event), ...(answers === undefined ? {} : { answers }) });
    return exitCodes.held;
  } finally {
    await runs.close();
  }
}

interface About extends Word {
  readonly verdict: ApprovalVerdict;
  readonly approver: string;
  readonly reason: string | null;
  readonly expiresMs: number;
}

function signed(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
  shown: ShownPlan,
  held: HoldersKey,
  about: About,
): Approval {
  const audience = systemAudience(loaded, env);
  const claims = approvalClaims(shown, { ...about, keyId: held.keyId, audience, nowMs: Date.now() });
  return signApproval(nodeCrypto, claims, held.key);
}

const eventTypes = {
  grant: 'approval.granted',
  deny: 'approval.denied',
  withdraw: 'approval.withdrawn',
} as const;

const question: Readonly<Record<ApprovalVerdict, (approver: string) => string>> = {
  grant: (approver) => `Approve exactly this as ${approver}?`,
  deny: (approver) => `Deny this as ${approver}?`,
  withdraw: (approver) => `Take back this approval of ${approver}?`,
};
const done = { grant: 'Approved', deny: 'Denied', withdraw: 'Withdrawn' } as const;
