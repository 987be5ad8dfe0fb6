import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inCausalOrder, outboxMs } from './order.js';

const lanes = fc.array(
  fc
    .array(fc.record({ ms: fc.integer({ min: 0, max: 5 }), firstEventId: fc.constantFrom('A', 'B', 'C') }))
    .map((entries) => entries.sort((a, b) => a.ms - b.ms)),
  { maxLength: 5 },
);

test('given entries of several partitions, then all come, each partition in its own order, by Redis’ time', () => {
  fc.assert(
    fc.property(lanes, (drawn) => {
      const input = drawn.map((entries, partition) =>
        entries.map(({ ms, firstEventId }, count) => ({ partition, id: `${ms}-${count}`, firstEventId })),
      );
      const ordered = inCausalOrder(input);
      expect(ordered).toHaveLength(input.flat().length);
      for (const [partition, entries] of input.entries())
        expect(ordered.filter((entry) => entry.partition === partition)).toEqual(entries);
      const times = ordered.map(({ id }) => outboxMs(id));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }),
  );
});

test('inside one millisecond the event made first goes first', () => {
  const cause = { partition: 9, id: '5-7', firstEventId: '01A' };
  const effect = { partition: 1, id: '5-0', firstEventId: '01B' };
  expect(inCausalOrder([[effect], [cause]])).toEqual([cause, effect]);
});
