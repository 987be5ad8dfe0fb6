import { type LogResource, tileWidth } from './layout.js';

/** What a resource is, and how long whoever has it may keep it (c2sp.org/tlog-tiles). */
export interface ResourceHeaders {
  readonly contentType: string;
  readonly cacheControl: string;
}

/**
 * The checkpoint is asked for anew each time. What is full never changes. What is partial does not change either, and may go
 * when the full one is there: five minutes are longer than anybody needs to fetch what a checkpoint names.
 */
export function headersOf(resource: LogResource): ResourceHeaders {
  if (resource.kind === 'checkpoint')
    return { contentType: 'text/plain; charset=utf-8', cacheControl: 'no-store' };
  return {
    contentType: 'application/octet-stream',
    cacheControl:
      resource.width === tileWidth ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
  };
}
