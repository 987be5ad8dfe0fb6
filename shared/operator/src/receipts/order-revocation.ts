import type { OperatorCommand } from '@marketops/contracts';
import { groupedQueues, type LoadedConfig, openQueues, revokeJob } from '@marketops/engine';
import { connectRedis } from '@marketops/store';
import type { Live } from '../system/live.js';

/**
 * Hands a signed order to revoke a receipt to federation, which alone may: as the services enqueue, with their attempts and
 * backoff, for nothing would bring a lost order back.
 */
export async function orderRevocation(
  loaded: Pick<LoadedConfig, 'tuning'>,
  live: Pick<Live, 'url'>,
  command: OperatorCommand,
): Promise<void> {
  const connection = connectRedis(live.url);
  const queues = openQueues(connection, loaded.tuning, groupedQueues);
  try {
    await queues.enqueue([revokeJob(command)]);
  } finally {
    await queues.close().catch(() => undefined);
    connection.disconnect();
  }
}
