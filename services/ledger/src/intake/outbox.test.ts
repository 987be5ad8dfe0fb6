import { type OutboxEntry, openMemoryStore } from '@marketops/store';
import { expect, test } from 'vitest';
import { defaultTuning } from '../tuning.js';
import { OutboxReader } from './outbox.js';

const entry = (partition: number, id: string, bytes = 10): OutboxEntry => ({
  partition,
  id,
  segments: [{ stream: 'system', value: 'x'.repeat(bytes) }],
});

/** Redis as far as the reader sees it: XREAD with COUNT per partition. */
function outbox(entries: readonly OutboxEntry[]) {
  const asked: number[] = [];
  const after = (id: string, cursor: string | undefined) =>
    cursor === undefined || Number(id.replace('-', '.')) > Number(cursor.replace('-', '.'));
  const store = {
    ...openMemoryStore(),
    readOutbox: (cursors: ReadonlyMap<number, string>, { countMax }: { countMax: number }) => {
      asked.push(countMax);
      const partitions = [...new Set(entries.map(({ partition }) => partition))];
      const found = partitions.flatMap((partition) =>
        entries
          .filter((one) => one.partition === partition && after(one.id, cursors.get(partition)))
          .slice(0, countMax),
      );
      return Promise.resolve(found);
    },
  };
  return { store, asked };
}

const ids = (lanes: readonly (readonly OutboxEntry[])[]) => lanes.flat().map(({ id }) => id);
const tuning = { ...defaultTuning, readCountFirst: 2, readCountMax: 2 };

test('what may be caused by something unread waits, and comes when that has been read', async () => {
  const { store } = outbox([
    entry(1, '1-0'),
    entry(1, '2-0'),
    entry(1, '3-0'),
    entry(2, '1-1'),
    entry(2, '9-0'),
  ]);
  const reader = new OutboxReader(store, tuning);

  expect(ids(await reader.next())).toEqual(['1-0', '1-1']);
  expect(ids(await reader.next())).toEqual(['2-0', '3-0', '9-0']);
  expect(ids(await reader.next())).toEqual([]);
});

test('a rewind reads everything again', async () => {
  const { store } = outbox([entry(1, '1-0'), entry(3, '2-0')]);
  const reader = new OutboxReader(store, { ...tuning, readCountFirst: 8 });
  expect(ids(await reader.next())).toEqual(['1-0', '2-0']);
  reader.rewind();
  expect(ids(await reader.next())).toEqual(['1-0', '2-0']);
});

test('a turn that brought much is followed by one that asks for less, and small ones for more', async () => {
  const big = Array.from({ length: 20 }, (_, at) => entry(1, `${at + 1}-0`, 1_000));
  const { store, asked } = outbox(big);
  const reader = new OutboxReader(store, { ...defaultTuning, readCountFirst: 8, turnBytesMax: 4_000 });
  for (let turn = 0; turn < 3; turn += 1) await reader.next();
  expect(asked).toEqual([8, 2, 2]);
  const small = outbox([]);
  const idle = new OutboxReader(small.store, { ...defaultTuning, readCountFirst: 8, readCountMax: 32 });
  for (let turn = 0; turn < 4; turn += 1) await idle.next();
  expect(small.asked).toEqual([8, 16, 32, 32]);
});
