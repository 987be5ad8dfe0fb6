import { reconcileEveryMs, type Settings } from '@marketops/engine';
import { readSystemFile } from '../system/system-file.js';

/**
 * How often the publisher compares what stands at GitHub with what was authorized, in milliseconds, as far as it can be told from
 * here; 0 for never. A system that runs here says itself which GitHub it works with.
 */
export function comparedEveryMs(settings: Pick<Settings, 'config' | 'apiUrl' | 'dataDir'>): number {
  const running = readSystemFile(settings.dataDir)?.github_url;
  const apiUrl = running !== undefined && URL.canParse(running) ? running : settings.apiUrl;
  return reconcileEveryMs({ config: settings.config, apiUrl });
}

/** What `0` means, in words. */
export const nothingCompared =
  'Nothing is compared: `reconcile.every_ms` is 0 (the default for a server on this machine)';
