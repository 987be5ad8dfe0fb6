// An upstream system asks for a release with nothing but a BullMQ client. Any language with one will do.
import { Queue } from 'bullmq';

// Your queue is plans-<your principal>, in braces. What you may ask for is configured by its name, on the other side.
// So is your user in Redis, without the braces; it may add to this queue, see its own jobs, and nothing else.
const { REDIS_URL: url, REDIS_USERNAME: username, REDIS_PASSWORD: password } = process.env;
const place = url.startsWith('/') ? { path: url } : { url };
const queue = new Queue('{plans-local}', { connection: { ...place, username, password } });

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
