import type { LoadedConfig } from '@marketops/engine';
import { OperatorError } from '../errors.js';
import { connectLive } from '../system/live.js';

/** The digest of the policies that federation has taken into force last; undefined where that is not known here. */
export async function policyInForce(
  loaded: LoadedConfig,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const live = await connectLive(loaded, env).catch((fault: unknown) => {
    if (fault instanceof OperatorError && fault.code === 'redis_unreachable') return undefined;
    throw fault;
  });
  if (live === undefined) return undefined;
  try {
    const { events } = await live.reader.readAfter('system', 0);
    const last = events.findLast(({ type }) => type === 'policy.loaded');
    return last?.type === 'policy.loaded' ? last.data.policy_digest : undefined;
  } finally {
    await live.close();
  }
}
