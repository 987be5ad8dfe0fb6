import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectRedis } from '@marketops/store';
import { Queue } from 'bullmq';
import type { Subject } from '../measure/closed-loop.js';
import { type NaiveRequest, naiveQueues } from './baseline.js';

export interface RunningNaive extends Subject {
  readonly pids: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Starts the baseline in a process of its own against this Redis. */
export async function startNaiveSubject(redisUrl: string): Promise<RunningNaive> {
  const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)), {
    env: { ...process.env, REDIS_URL: redisUrl },
  });
  await new Promise<void>((resolve) => child.once('message', () => resolve()));
  const connection = connectRedis(redisUrl);
  const queue = new Queue<NaiveRequest>(naiveQueues[0], { connection });
  let listener: (ids: readonly string[]) => void = () => undefined;
  child.on('message', (message: { finished?: string[] }) => {
    if (message.finished !== undefined) listener(message.finished);
  });
  return {
    name: 'naive',
    pids: { worker: child.pid ?? 0 },
    async submit(ids) {
      await queue.addBulk(
        ids.map((id) => ({
          name: 'plan',
          data: { id, repository: 'acme/widgets', tag_name: `v-${id}` },
          opts: { removeOnComplete: true },
        })),
      );
    },
    onCompleted(next) {
      listener = next;
    },
    async close() {
      await queue.close();
      connection.disconnect();
      await stop(child);
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}
