import { type Followed, followEvents } from '@marketops/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';

let the: TemporaryConsole;
let local: string;
beforeAll(async () => {
  the = await temporaryConsole();
  local = the.key('local', ['submitter', 'operator'], 'all');
}, 120_000);
afterAll(async () => {
  await the?.close();
});

const submit = async (name: string): Promise<string> => {
  const { body } = await the.ask(local, '/v1/runs', {
    body: {
      tenant_id: 'acme',
      repository: 'acme/widgets',
      operations: [{ id: 'tag', kind: 'tag_repo', tag_name: name, message: name }],
    },
  });
  await the.client.ended([body.run_id]);
  return body.run_id;
};

it('given a reader of the feed of all runs who was away, then it goes on from any age, none twice, none missing', async () => {
  const ids = [await submit('v1.0.0'), await submit('v1.0.1')];
  const read = async (lastEventId: string, untilRun: string): Promise<Followed[]> => {
    const messages: Followed[] = [];
    const url = `${the.url}/v1/events?view=feed`;
    for await (const message of followEvents({ url, apiKey: local, lastEventId })) {
      messages.push(message);
      const { run_id: runId } = JSON.parse(message.data) as { run_id: string };
      if (message.type === 'run.completed' && runId === untilRun) break;
    }
    return messages;
  };
  const last = ids.at(-1) ?? '';
  const whole = await read('0-0', last);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  expect(whole.filter(({ type }) => type === 'run.completed')).toHaveLength(2);
  const half = Math.floor(whole.length / 2);
  expect(await read(whole[half]?.id ?? '', last)).toEqual(whole.slice(half + 1));
});

it.each(['/v1/events?view=feed', '/v1/runs/{run}/events', '/v1/runs/{run}/events?view=feed'])(
  'given an id that %s never gave, then it is refused before anything is streamed',
  async (path) => {
    const at = path.replace('{run}', await submit('v2.0.0'));
    const answer = await the.ask(local, at, { headers: { 'last-event-id': 'nothing' } });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  },
);

it('given fifty who ask for its metrics at once, then each is told how it is asked and how far the list of runs is', async () => {
  await the.ask(undefined, '/v1/runs');
  const ready = the.system.processes.find(({ name }) => name === 'console')?.ready;
  const port = Number(ready?.['health_port']);
  const pages = await Promise.all(
    Array.from({ length: 50 }, async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
  );
  for (const page of pages) {
    expect(page).toMatch(
      /marketops_http_requests_total\{route="listRuns",status="4xx",service="console"\} \d/,
    );
    expect(page).toContain('marketops_http_refusals_total{reason="unauthenticated",service="console"}');
    expect(page).toContain('marketops_run_index_live{service="console"} 1');
    expect(page).toMatch(/marketops_run_index_lag_entries\{service="console"\} \d/);
  }
});
