import { expect, it } from 'vitest';
import { partitionOf } from '../partition.js';
import { partitionCount } from '../port.js';
import { acknowledgementKey, keyPatterns, keys, streamKey } from './keys.js';

/** As Redis matches: `?` is one character, `*` any number, braces are themselves. */
const matches = (pattern: string, key: string): boolean =>
  new RegExp(`^${pattern.replace(/[{}.]/g, '\\$&').replaceAll('?', '.').replaceAll('*', '.*')}$`, 's').test(
    key,
  );

const kinds = (partition: number): Record<string, string> => ({
  control: keys.control(partition),
  outbox: keys.outbox(partition),
  relay: keys.relay(partition),
  deadlines: keys.deadlines(partition),
  stream: keys.stream(partition, 'run/x'),
  acknowledgement: keys.acknowledgement(partition, 'run/x'),
});
const patterns: Record<string, string> = {
  ...keyPatterns,
  stream: keyPatterns.stream('*'),
  acknowledgement: keyPatterns.acknowledgement('*'),
};

it('given every partition, then each kind of key matches its own pattern and no other kind’s', () => {
  for (let partition = 0; partition < partitionCount; partition += 1) {
    for (const [kind, key] of Object.entries(kinds(partition))) {
      const matched = Object.keys(patterns).filter((name) => matches(patterns[name] ?? '', key));
      expect(matched.sort(), key).toEqual(['any', kind].sort());
    }
  }
});

it.each(['ctl', 'relay', 'outbox', 's:run/x', 'deadlines'])(
  'given a stream that is named to end like another key (%s), then it is still a stream',
  (name) => {
    const key = keys.acknowledgement(7, `op/x:{p07}:${name}`);
    expect(Object.keys(patterns).filter((kind) => matches(patterns[kind] ?? '', key))).toEqual([
      'any',
      'acknowledgement',
    ]);
  },
);

it('given a stream, then its keys are those of its partition', () => {
  expect(streamKey('run/x')).toBe(keys.stream(partitionOf('run/x'), 'run/x'));
  expect(acknowledgementKey('run/x')).toBe(keys.acknowledgement(partitionOf('run/x'), 'run/x'));
  expect([keys.stream(7, 'run/x'), keys.acknowledgement(7, 'run/x'), keys.control(7)]).toEqual([
    'mo:{p07}:s:run/x',
    'mo:{p07}:ack:run/x',
    'mo:{p07}:ctl',
  ]);
});
