// A Redis written in JavaScript, in a process of its own. Says its port on stdout as one JSON line, and ends when
// stdin closes, that is when the process that started it ends. Plain JavaScript, so that it runs without a build.
import { createRedisServer } from 'js-redis-server';

// The package hands `port` to net.Server.listen() as it is. A number would listen on every interface.
const redis = await createRedisServer({ port: { host: '127.0.0.1', port: 0 } });
const { address } = redis.server.server.address();
if (address !== '127.0.0.1') throw new Error(`js-redis-server listens on ${address}, not on loopback only`);

process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ port: redis.port })}\n`);
