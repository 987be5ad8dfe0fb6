import { testRedis } from '@marketops/local';
import { openKeyring, signAcknowledgements } from '@marketops/proof';
import { generateSigningKey, loadSigningKey, nodeCrypto } from '@marketops/proof/node';
import { acknowledgementKey, connectRedis, streamKey } from '@marketops/store';
import { describe, expect, it } from 'vitest';
import { collectWords, compareWords } from './acknowledged.js';

const ledgerKey = generateSigningKey();
const keyring = openKeyring(nodeCrypto, {
  version: 1,
  environment: 'local',
  log_origin: 'marketops.local/local',
  keys: [
    {
      key_id: 'ledger-1',
      purpose: 'acknowledgement',
      actor: 'ledger',
      algorithm: 'ed25519',
      public_key: ledgerKey.publicRawBase64,
      not_before: '2026-01-01T00:00:00.000Z',
      revoked_at: null,
    },
  ],
});

const word = (stream: string, lastSequence: number, lastHash = 'a'.repeat(64)): string => {
  const [ack] = signAcknowledgements(nodeCrypto, {
    streams: [[stream, 3, 'e'.repeat(64)]],
    ...{ term: 1, epoch: 1, firstSequence: 1, lastSequence, lastHash },
    ...{ keyId: 'ledger-1', key: loadSigningKey(ledgerKey.privatePem) },
  });
  return JSON.stringify(ack);
};
const compare = (words: Record<string, string>) =>
  compareWords(new Map(Object.entries(words)), {
    keyring,
    journal: { lastSequence: 10, lastHash: 'a'.repeat(64) },
    ledger: undefined,
  });

describe('compareWords (law L2)', () => {
  it('finds nothing where the journal has it all', () => {
    expect(compare({ system: word('system', 10) })).toEqual({ compared: 1, foreign: [], faults: [] });
  });

  it('finds a cut tail: the ledger promised more', () => {
    expect(compare({ system: word('system', 11) }).faults).toEqual([
      { stream: 'system', message: 'acknowledged with entry 11; the journal ends at 10' },
    ]);
  });

  it('finds a rewritten end', () => {
    expect(compare({ system: word('system', 10, 'b'.repeat(64)) }).faults).toHaveLength(1);
  });

  it.each([
    ['junk', 'x'],
    ['a changed word', word('system', 11).replace('"seq":3', '"seq":4')],
    ['the word for another stream', word('run/run_00000000000000000000000000', 11)],
  ])('takes %s for what it is: not the ledger’s', (_what, value) => {
    const { compared, foreign, faults } = compare({ system: value });
    expect({ compared, foreign: foreign.length, faults }).toEqual({ compared: 0, foreign: 1, faults: [] });
  });
});

it('given words beside streams, one of which is named like a word, then every word is collected and nothing else', async () => {
  const server = await testRedis();
  const redis = connectRedis(server.url);
  try {
    const streams = ['run/run_1', 'op/run_1/release', 'system', 'op/x:ack:y'];
    for (const stream of streams) await redis.set(acknowledgementKey(stream), `of ${stream}`);
    await redis.xadd(streamKey('op/x:ack:y'), '*', 'v', 'x');
    expect(await collectWords(server)).toEqual(new Map(streams.map((stream) => [stream, `of ${stream}`])));
  } finally {
    redis.disconnect();
    await server.stop();
  }
});
