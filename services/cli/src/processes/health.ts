import type { JsonRecord } from './process.js';

const healthLimitMs = 2_000;

/** What a service's `/health` answers, well or not. */
export async function askHealth(port: number): Promise<JsonRecord> {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, {
    signal: AbortSignal.timeout(healthLimitMs),
  });
  return (await answer.json()) as JsonRecord;
}
