import { connectRedis } from '@marketops/store';
import { startNaive } from './baseline.js';

/** The baseline as a process of its own: finished ids go to the parent in batches. */
const url = process.env['REDIS_URL'] ?? '';
let finished: string[] = [];
const running = startNaive(
  () => connectRedis(url),
  (id) => {
    if (finished.length === 0) {
      setImmediate(() => {
        process.send?.({ finished });
        finished = [];
      });
    }
    finished.push(id);
  },
);
process.send?.({ ready: true });
process.once('SIGTERM', () => void running.close().then(() => process.exit(0)));
