// Is the service in this container well? Exit code 0 says so. Asks its /health on loopback (MARKETOPS_HEALTH_PORT). With the word
// `alive` any answer will do: whoever waits for Redis is not well, and to start it again would not help.
const limitMs = 3_000;

const port = Number(process.env.MARKETOPS_HEALTH_PORT);
const [question = 'well'] = process.argv.slice(2);
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(limitMs) });
  await answer.body?.cancel();
  if (question !== 'alive' && answer.status !== 200) throw new RangeError(`/health answers ${answer.status}`);
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
}
