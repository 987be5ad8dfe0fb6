import { afterEach, expect, test, vi } from 'vitest';
import { publishedSize, type TwoLedgers, twoLedgers } from '../testing/two-ledgers.js';

let both: TwoLedgers;
afterEach(() => both.close());

test('L2 E1: given two ledgers over one folder, then the second stands by, and writes at once when the first is stopped or killed', async () => {
  // Longer than the test may take: no lease is waited for here.
  both = await twoLedgers(300_000);
  const first = await both.writer();
  const second = await both.standby();
  expect(await first.health()).toMatchObject({ status: 200, role: 'writer', term: 1 });
  const standby = { status: 200, role: 'standby', writer: { pid: first.child.pid } };
  expect(await second.health()).toMatchObject(standby);
  await both.append();
  await both.allAcknowledged();

  first.child.kill('SIGTERM');
  await second.said('the ledger is writing');
  expect(await first.ended).toBe(0);
  await both.append();
  await both.allAcknowledged();

  const third = await both.standby();
  second.child.kill('SIGKILL');
  // Known to be gone.
  await third.said('the ledger is writing');
  await both.append();
  await both.allAcknowledged();
  expect(await both.verified()).toMatchObject({ terms: [1, 2, 3], notes: [] });
}, 120_000);

test('L1 X1: given one that is stopped between its journal and its word, then another takes over; when it goes on, nothing of it counts', async () => {
  both = await twoLedgers(1_500);
  const first = await both.writer({ points: { STOP_AT: 'journal-written' } });
  const second = await both.standby();
  first.child.kill('SIGUSR2');
  await both.append();
  await second.said('the ledger is writing');
  await both.append();
  await both.allAcknowledged();

  first.child.kill('SIGCONT');
  expect(await first.ended).toBe(75);
  const again = await both.standby();
  expect(await again.health()).toMatchObject({ role: 'standby', writer: { pid: second.child.pid } });
  await both.append();
  await both.allAcknowledged();
  await vi.waitFor(async () => expect(await publishedSize(both.world)).toBe(4), 20_000);
  expect(await both.verified()).toMatchObject({ terms: [1, 2], notes: [] });
}, 120_000);
