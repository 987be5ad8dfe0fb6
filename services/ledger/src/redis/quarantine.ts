import { limits, StreamId } from '@marketops/contracts';
import type { Engine } from '@marketops/engine';
import type { IndexTables } from '@marketops/journal';
import type { Suspicion } from '../intake/admit.js';
import { sayOnSystem } from './system-stream.js';

/** Who can write Redis could make a new piece of evidence every millisecond; a stream is said to be bad this often. */
const perStreamMax = 8;
const rememberedMax = 65_536;

export interface Quarantine {
  /** Raises `stream.quarantined`, once per stream and evidence. Never throws: a stream's trouble is not the ledger's. */
  raise(suspicion: Suspicion): Promise<void>;
  /** How often something could not be believed since this process started. */
  readonly count: number;
}

/** @param tables tells what has been raised before this process started */
export function createQuarantine(
  engine: Pick<Engine, 'store' | 'appender' | 'log'>,
  tables: Pick<IndexTables, 'quarantines'>,
): Quarantine {
  const raised = new Map<string, Set<string>>();
  let count = 0;

  /** @returns whether this is new and worth an event */
  const remember = (stream: string, digest: string): boolean => {
    const digests = raised.get(stream) ?? new Set<string>();
    if (digests.has(digest) || digests.size >= perStreamMax) return false;
    if (tables.quarantines.get([stream, digest]) !== undefined) return false;
    if (raised.size >= rememberedMax) raised.clear();
    raised.set(stream, digests.add(digest));
    return true;
  };

  return {
    get count() {
      return count;
    },
    async raise({ stream, lastGoodSeq, reason, evidenceDigest }) {
      count += 1;
      engine.log.error(
        { stream: stream.slice(0, 200), reason, evidence_digest: evidenceDigest },
        'what stands in the store cannot be believed; it is not journaled',
      );
      // A name that is no stream id is not a stream of ours: there is nothing to quarantine.
      if (!StreamId.safeParse(stream).success || !remember(stream, evidenceDigest)) return;
      try {
        await sayOnSystem(engine, {
          type: 'stream.quarantined',
          data: {
            stream,
            seq: lastGoodSeq,
            reason: reason.slice(0, limits.messageCharsMax),
            evidence_digest: evidenceDigest,
          },
        });
      } catch (fault) {
        // It is forgotten, so that the next reader who stumbles over the stream has it raised.
        raised.get(stream)?.delete(evidenceDigest);
        engine.log.error({ fault, stream }, 'could not record the quarantine');
      }
    },
  };
}
