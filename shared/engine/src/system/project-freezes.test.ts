import { Writable } from 'node:stream';
import { type MarketOpsEvent, type OperatorAction, systemStream } from '@marketops/contracts';
import { type OpenKeyring, openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { createAppender, createVerifiedReader, openMemoryStore, partitionOf } from '@marketops/store';
import { expect, it } from 'vitest';
import { newUlid } from '../ids.js';
import { createLog } from '../log.js';
import { type OutsideName, testKeys } from '../testing/keys.js';
import { commandBy, testAudience } from '../testing/people.js';
import { collectFreezes, projectFreezes } from './project-freezes.js';

it('O1: given a live stream, then freezes are followed and an unfreeze that does not count is told once', async () => {
  const keys = testKeys();
  let nowMs = Date.now();
  const store = openMemoryStore(() => nowMs);
  await store.writeControl(partitionOf(systemStream), { epoch: 1, state: 'open', reason: '', term: 1 });
  const appender = createAppender({
    ...{ store, crypto: nodeCrypto, newId: newUlid, now: () => new Date(nowMs) },
    signer: keys.signer('console'),
  });
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const reader = createVerifiedReader({ store, crypto: nodeCrypto, keyring: keys.keyring });
  const freezes = projectFreezes({
    ...{ reader, nowMs: () => nowMs, log: createLog('publisher', 'error', destination) },
    trust: { crypto: nodeCrypto, keyring: keys.keyring, audience: testAudience },
    settled: async () => undefined,
  });
  let afterSeq = 0;
  const say = async (kind: 'freeze' | 'unfreeze', principal: OutsideName): Promise<string[]> => {
    const action: OperatorAction = { kind, scopes: ['all'] };
    const data = { ...{ scopes: ['all'], principal, reason: 'an incident' } };
    const command = commandBy(keys, principal, action, nowMs);
    const type = kind === 'freeze' ? ('system.frozen' as const) : ('system.unfrozen' as const);
    await appender.append({
      context: { tenantId: null, runId: null, mode: null, causationId: null, correlationId: null },
      streams: [
        { stream: systemStream, afterSeq: afterSeq++, events: [{ type, data: { ...data, command } }] },
      ],
    });
    nowMs += 250;
    return [...(await freezes.current()).frozen.keys()];
  };

  expect(await say('freeze', 'alice')).toEqual(['all']);
  expect(await say('unfreeze', 'alice')).toEqual(['all']);
  expect(await say('freeze', 'alice')).toEqual(['all']);
  expect(lines.filter((line) => line.includes('somebody else must unfreeze it'))).toHaveLength(1);
  expect(await say('unfreeze', 'bob')).toEqual([]);
  await store.close();
});

it('O1: given a keyring that learns of the second person after the unfreeze, then it counts from then on', () => {
  const keys = testKeys();
  const nowMs = Date.now();
  const withoutBob = openKeyring(nodeCrypto, {
    ...keys.published,
    keys: keys.published.keys.filter(({ key_id }) => key_id !== 'bob-1'),
  });
  let current = withoutBob;
  const keyring: OpenKeyring = {
    find: (query) => current.find(query),
    describe: (keyId) => current.describe(keyId),
    list: () => current.list(),
  };
  const said = (kind: 'freeze' | 'unfreeze', principal: OutsideName, seq: number): MarketOpsEvent => ({
    ...{ id: newUlid(), stream: systemStream, seq, version: 1, actor: 'console' },
    ...{ tenant_id: null, run_id: null, mode: null, causation_id: null, correlation_id: null },
    time: new Date(nowMs).toISOString(),
    type: kind === 'freeze' ? 'system.frozen' : 'system.unfrozen',
    data: {
      ...{ scopes: ['all'], principal, reason: 'an incident' },
      command: commandBy(keys, principal, { kind, scopes: ['all'] }, nowMs),
    },
  });
  const trust = { crypto: nodeCrypto, keyring, audience: testAudience };
  const freezes = collectFreezes(trust, createLog('publisher', 'silent'));
  freezes.add([said('freeze', 'alice', 1), said('unfreeze', 'bob', 2)]);
  expect([...freezes.view().frozen.keys()]).toEqual(['all']);
  current = keys.keyring;
  expect([...freezes.view().frozen.keys()]).toEqual([]);
});
