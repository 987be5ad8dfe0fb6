// An upstream system asks for a release with nothing but a BullMQ client. Any language with one will do.
import { Queue } from 'bullmq';

// Your queue is plans-<your principal>, in braces. What you may ask for is configured by its name, on the other side.
const connection = process.env.REDIS_URL.startsWith('/')
  ? { path: process.env.REDIS_URL }
  : { url: process.env.REDIS_URL };
const queue = new Queue('{plans-local}', { connection });

const job = await queue.add(
  'plan.requested',
  {
    tenant_id: 'acme',
    mode: 'dry_run', // or prod, in exactly these words
    repository: 'acme/widgets',
    operations: [
      {
        id: 'release',
        kind: 'publish_release',
        tag_name: 'v1.5.0',
        release_name: 'Widgets 1.5.0',
        target: 'main',
      },
    ],
  },
  { jobId: 'widgets-v1.5.0' }, // the idempotency key: sent again, it is the same run
);
console.log(`enqueued ${job.id}`);
await queue.close();
