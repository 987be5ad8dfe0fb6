import { isLoopback } from '@marketops/contracts';
import type { Settings } from './load.js';

const hourMs = 3_600_000;

/** How often what stands at GitHub is compared, in milliseconds; 0 for never, as it is by default for a server on this machine. */
export function reconcileEveryMs({ config, apiUrl }: Pick<Settings, 'config' | 'apiUrl'>): number {
  return config.reconcile.every_ms ?? (isLoopback(new URL(apiUrl).hostname) ? 0 : hourMs);
}
