import { foldRun, runStream } from '@marketops/contracts';
import type { Client } from '../support/client.js';

export interface BatchRun {
  readonly runId: string;
  readonly tagName: string;
}

/** Adds `count` one-operation runs as bare jobs, as an upstream system would. */
export async function submitBatch(client: Client, count: number): Promise<BatchRun[]> {
  const tagNames = Array.from({ length: count }, (_, n) => `v0.0.${n}`);
  const runIds = await client.submit(
    tagNames.map((tagName) => ({
      mode: 'prod',
      operations: [
        {
          id: 'release',
          kind: 'publish_release',
          tag_name: tagName,
          release_name: `Widgets ${tagName}`,
          target: 'main',
        },
      ],
    })),
  );
  return tagNames.map((tagName, index) => ({ tagName, runId: runIds[index] ?? '' }));
}

/** Resolves when so many of them have a plan. */
export async function planned(client: Client, runs: readonly BatchRun[], count: number): Promise<void> {
  await client.until(`${count} planned runs`, async () => {
    const views = await client.reader.read(runs.map(({ runId }) => runStream(runId)));
    return views.filter(({ events }) => foldRun(events).planned !== undefined).length >= count;
  });
}
