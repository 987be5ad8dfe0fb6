import type { Redis } from 'ioredis';
import { createBatcher } from './batcher.js';
import { lookScript, runScript } from './scripts.js';

/** One small read, or the deletion of one field. What it is answered with is what the command of its kind answers. */
interface LookRequest {
  readonly what: 'range' | 'tail' | 'hash' | 'get' | 'drop';
  readonly key: string;
  /** `range`: the first id; `drop`: the field. */
  readonly parameter?: string;
}

export type Look = (request: LookRequest) => Promise<unknown>;

/** Two requests of one batch may each be a long stream; more in one answer would make the first wait for the last. */
const looksPerScriptMax = 256;

/** Batches looks: what is asked for while a batch is under way is one command when it returns. */
export function openLooks(redis: Redis): Look {
  const batcher = createBatcher<LookRequest, unknown>(async (requests) => {
    const args = requests.flatMap(({ what, parameter = '' }) => [what, parameter]);
    return (await runScript(
      redis,
      lookScript,
      requests.map(({ key }) => key),
      args,
    )) as unknown[];
  }, looksPerScriptMax);
  return async (request) => {
    const answer = await batcher.add(request);
    // A key of the wrong type fails its own look only.
    if (answer instanceof Error) throw answer;
    return answer;
  };
}
