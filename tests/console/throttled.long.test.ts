import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryConsole, temporaryConsole } from '../support/console.js';
import { release } from '../support/requests.js';

let the: TemporaryConsole;
beforeAll(async () => {
  the = await temporaryConsole({ publisher: { accounts: { acme: { starts_per_hour: 1 } } } });
}, 120_000);
afterAll(async () => {
  await the?.close();
});

describe('an operation that the publisher’s own cap holds', () => {
  it('given the hour is spent, then it says until when at the latest, and check 12 waits instead of holding', async () => {
    const key = the.key('local', ['submitter', 'operator'], 'all');
    const submit = (tag: string) => the.client.submit([{ mode: 'prod', operations: [release(tag)] }]);
    const [first = ''] = await submit('v1.0.0');
    await the.client.ended([first]);
    const [second = ''] = await submit('v1.0.1');
    expect((await the.client.run(first)).completed?.data.status).toBe('completed');
    await the.client.until('a hold', async () =>
      (await the.client.operation(second, 'release')).holds.includes('acknowledged hourly_cap'),
    );
    const { body: run } = await the.ask(key, `/v1/runs/${second}`);
    const why = run.why_not_shipped.find(({ kind }: { kind: string }) => kind === 'throttled');
    expect(why).toMatchObject({ code: 'hourly_cap', operation_id: 'release' });
    expect(Date.parse(why.throttled_until)).toBe(Date.parse(why.time) + 3_600_000);
    const [operation] = run.operations;
    expect(operation.checks[11]).toMatchObject({ number: 12, verdict: 'waits' });
    expect(operation.checks[11].evidence).toContain(why.throttled_until);
    const { body: receipt } = await the.ask(key, `/v1/receipts/${operation.receipt.receipt_id}`);
    expect(receipt.checks[11].now).toEqual(operation.checks[11]);
  });
});
