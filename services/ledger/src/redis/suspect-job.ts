import { StreamId } from '@marketops/contracts';
import { type IncomingJob, jobNames } from '@marketops/engine';
import type { EventStore } from '@marketops/store';
import { z } from 'zod';
import type { Suspicion } from '../intake/admit.js';
import type { Examiner } from '../intake/examine.js';

const SuspectData = z.strictObject({ stream: StreamId });

/**
 * Looks at a stream that a reader could not believe. The job is a hint from anybody: what it says is only where to look.
 * @returns what is wrong with the stream, or undefined where nothing is
 */
export async function inspectSuspect(
  job: Pick<IncomingJob, 'name' | 'data'>,
  { store, examiner, digest }: { store: EventStore; examiner: Examiner; digest: (text: string) => string },
): Promise<Suspicion | undefined> {
  const data = SuspectData.safeParse(job.data);
  if (job.name !== jobNames.suspect || !data.success) return undefined;
  const { stream } = data.data;
  const [segments = []] = await store.read([{ stream }]);
  let lastGoodSeq = 0;
  for (const { firstSeq, lastSeq, value } of segments) {
    const examined = examiner.examine(stream, value, firstSeq);
    if ('rejected' in examined) return { ...examined.rejected, lastGoodSeq };
    if (firstSeq !== lastGoodSeq + 1) {
      const reason = `seq ${lastGoodSeq + 1} is missing in the store`;
      return { stream, reason, evidenceDigest: digest(value), lastGoodSeq };
    }
    lastGoodSeq = lastSeq;
  }
  return undefined;
}
