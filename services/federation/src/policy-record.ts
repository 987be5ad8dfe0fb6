import { type MarketOpsEvent, systemStream } from '@marketops/contracts';
import type { PolicySet } from '@marketops/policy';
import { type Appender, StoreError, type VerifiedReader } from '@marketops/store';

/** Says on `system` which policies are in force: one `policy.loaded` for each change, however many processes see it. */
export interface PolicyRecord {
  record(policy: Pick<PolicySet, 'digest' | 'policies'>): Promise<void>;
}

/** `system` is shared by every process: losing the race is normal, losing it this often is not. */
const conflictsMax = 32;
const context = { tenantId: null, runId: null, mode: null, causationId: null, correlationId: null };

export function recordPolicies(reader: VerifiedReader, appender: Appender): PolicyRecord {
  let lastSeq = 0;
  let standing: string | null = null;
  let recorded: string | undefined;

  const follow = async (): Promise<void> => {
    const view = await reader.readAfter(systemStream, lastSeq);
    const last = view.events.findLast((event) => event.type === 'policy.loaded') as
      | Extract<MarketOpsEvent, { type: 'policy.loaded' }>
      | undefined;
    standing = last?.data.policy_digest ?? standing;
    lastSeq = view.lastSeq;
  };

  return {
    async record({ digest, policies }) {
      if (recorded === digest) return;
      for (let conflicts = 0; ; conflicts += 1) {
        await follow();
        if (standing === digest) break;
        const data = { policy_digest: digest, previous_digest: standing, policies: policies.length };
        const events = [{ type: 'policy.loaded' as const, data }];
        try {
          await appender.append({ context, streams: [{ stream: systemStream, afterSeq: lastSeq, events }] });
          break;
        } catch (fault) {
          const lost = fault instanceof StoreError && fault.code === 'append_conflict';
          if (!lost || conflicts >= conflictsMax) throw fault;
        }
      }
      recorded = digest;
    },
  };
}
