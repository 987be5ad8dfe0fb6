import { isDeepStrictEqual } from 'node:util';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createVerifiedReader, type RawSegment } from '@marketops/store';
import fc from 'fast-check';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

export const segment: Door = {
  name: 'segment',
  what: 'what Redis answers for a stream: genuine events, or a typed fault; nothing else is believed',
  async open({ client, segments, system }) {
    const [{ stream } = { stream: '' }] = segments;
    const genuine = (await client.reader.read([stream]))[0]?.events ?? [];
    const keyring = openKeyring(nodeCrypto, system.loaded.keyring);
    const inputs = fc.tuple(
      fc.nat(segments.length - 1),
      mutatedText(segments.map(({ value }) => value)),
      fc.constantFrom(0, 0, 0, 1, -1),
      fc.boolean(),
    );
    return openDoor(inputs, async ([at, value, shift, drop]) => {
      const answer = segments.flatMap((one, index): RawSegment[] => {
        if (index !== at) return [one];
        return drop && value.length % 7 === 0
          ? []
          : [{ ...one, firstSeq: one.firstSeq + shift, lastSeq: one.lastSeq + shift, value }];
      });
      const store = { ...client.store, read: async () => [answer] };
      const reader = createVerifiedReader({ store, crypto: nodeCrypto, keyring });
      const [view] = (await typed(() => reader.read([stream]))) ?? [];
      if (view === undefined) return;
      // A cut tail is a shorter stream, which only the ledger can tell; what is there must be genuine.
      if (!isDeepStrictEqual(view.events, genuine.slice(0, view.events.length))) {
        throw new Violation('it believes what nobody signed');
      }
    });
  },
};
