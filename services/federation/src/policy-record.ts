import { type MarketOpsEvent, systemStream } from '@marketops/contracts';
import { appendToSystem } from '@marketops/engine';
import type { PolicySet } from '@marketops/policy';
import type { Appender, VerifiedReader } from '@marketops/store';

/** Says on `system` which policies are in force: one `policy.loaded` for each change, however many processes see it. */
export interface PolicyRecord {
  record(policy: Pick<PolicySet, 'digest' | 'policies'>): Promise<void>;
}

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
      await appendToSystem(appender, async () => {
        await follow();
        const data = { policy_digest: digest, previous_digest: standing, policies: policies.length };
        return { afterSeq: lastSeq, events: standing === digest ? [] : [{ type: 'policy.loaded', data }] };
      });
      recorded = digest;
    },
  };
}
