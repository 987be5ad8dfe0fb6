import type { EventDraft, MarketOpsEvent, OperatorAction, OperatorCommand } from '@marketops/contracts';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { newUlid } from '../ids.js';
import { type OutsideName, testKeys } from '../testing/keys.js';
import { commandBy, testAudience } from '../testing/people.js';
import { foldFreezes, frozenScope, unfreezeFaults } from './freezes.js';
import { type OrderTrust, orderMsMax } from './orders.js';

const keys = testKeys();
const trust: OrderTrust = { crypto: nodeCrypto, keyring: keys.keyring, audience: testAudience };
const startMs = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

interface Said {
  readonly by: OutsideName;
  readonly scopes?: readonly string[];
  /** Seconds after the beginning. */
  readonly at: number;
  readonly command?: OperatorCommand;
}

/** `system` as a verified reader gives it. */
function system() {
  const events: MarketOpsEvent[] = [];
  const say = (draft: EventDraft, at: number): MarketOpsEvent => {
    const event = {
      ...{ id: newUlid(), stream: 'system', seq: events.length + 1, version: 1, actor: 'console' },
      ...{ tenant_id: null, run_id: null, mode: null, causation_id: null, correlation_id: null },
      ...{ time: iso(startMs + at * 1_000), ...draft },
    } as MarketOpsEvent;
    events.push(event);
    return event;
  };
  const change =
    (kind: 'freeze' | 'unfreeze') =>
    ({ by, at, scopes = ['all'], command }: Said): MarketOpsEvent => {
      const action = { kind, scopes: [...scopes] } as OperatorAction;
      const data = {
        ...{ scopes: [...scopes], principal: by, reason: `${kind} by ${by}` },
        command: command ?? commandBy(keys, by, action, startMs + at * 1_000),
      };
      return say({ type: kind === 'freeze' ? 'system.frozen' : 'system.unfrozen', data }, at);
    };
  return {
    events,
    freeze: change('freeze'),
    unfreeze: change('unfreeze'),
    revoke: (key_id: string, at: number) =>
      say(
        { type: 'key.revoked', data: { key_id, revoked_at: iso(startMs + at * 1_000), reason: 'lost' } },
        at,
      ),
    frozen: (by: OrderTrust = trust) => [...foldFreezes(by, events).frozen.keys()],
    faults: (by: OrderTrust = trust) => foldFreezes(by, events).refused.map(({ fault }) => fault),
  };
}

/** As orders were before they named what they lift. */
const unfreezeAll = { kind: 'unfreeze', scopes: ['all'] } as const satisfies OperatorAction;
/** An order of bob's, signed a minute after the beginning. */
const order = (over: Partial<Omit<OperatorCommand, 'signature'>> = {}, by: OutsideName = 'bob') =>
  commandBy(keys, by, over.action ?? unfreezeAll, startMs + 60_000, over);

describe('O1: what is frozen', () => {
  it('given a freeze, when a second person unfreezes, then it is over', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    expect(all.frozen()).toEqual(['all']);
    all.unfreeze({ by: 'bob', at: 60 });
    expect([all.frozen(), all.faults()]).toEqual([[], []]);
  });

  it('given several scopes, when one is unfrozen, then the others stay frozen', () => {
    const some = system();
    some.freeze({ by: 'alice', at: 0, scopes: ['all', 'tenant:acme'] });
    some.unfreeze({ by: 'bob', at: 60, scopes: ['all'] });
    expect(some.frozen()).toEqual(['tenant:acme']);
  });

  it('given a freeze whose order is worthless, then it counts all the same', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0, command: order({ reason: 'not a freeze at all' }) });
    expect(all.frozen()).toEqual(['all']);
    all.unfreeze({ by: 'alice', at: 60 });
    expect(all.frozen()).toEqual(['all']);
  });

  it('given who froze it, when they unfreeze it themselves, then it stays frozen', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.unfreeze({ by: 'alice', at: 60 });
    expect(all.frozen()).toEqual(['all']);
    expect(all.faults()).toEqual(['alice froze it; somebody else must unfreeze it']);
  });

  it('given two who froze one scope, then only a third unfreezes it', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.freeze({ by: 'bob', at: 10 });
    expect(foldFreezes(trust, all.events).frozenBy.get('all')).toEqual(['alice', 'bob']);
    all.unfreeze({ by: 'bob', at: 60 });
    all.unfreeze({ by: 'alice', at: 61 });
    expect(all.frozen()).toEqual(['all']);
    all.unfreeze({ by: 'carol', at: 62 });
    expect(all.frozen()).toEqual([]);
  });

  it('given two scopes of which bob froze one, when bob unfreezes both, then only the other is over', () => {
    const two = system();
    two.freeze({ by: 'bob', at: 0, scopes: ['tenant:acme'] });
    two.freeze({ by: 'alice', at: 1, scopes: ['all'] });
    two.unfreeze({ by: 'bob', at: 60, scopes: ['all', 'tenant:acme'] });
    expect(two.frozen()).toEqual(['tenant:acme']);
  });

  it('given a scope frozen again later, then whoever froze it before may unfreeze it', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.unfreeze({ by: 'bob', at: 60 });
    all.freeze({ by: 'bob', at: 120 });
    all.unfreeze({ by: 'alice', at: 180 });
    expect(all.frozen()).toEqual([]);
  });
});

const freezing: OperatorAction = { kind: 'freeze', scopes: ['all'] };
const worthless: Readonly<Record<string, { readonly command: () => OperatorCommand; readonly at?: number }>> =
  {
    'an order to freeze': { command: () => order({ action: freezing }) },
    'for other scopes': {
      command: () => order({ action: { kind: 'unfreeze', scopes: ['tenant:acme'] } }),
    },
    'for more scopes': {
      command: () => order({ action: { kind: 'unfreeze', scopes: ['all', 'tenant:acme'] } }),
    },
    'by somebody else': { command: () => order({}, 'carol') },
    'in bob’s name by carol’s key': { command: () => order({ principal: 'bob' }, 'carol') },
    'in bob’s name and key id by carol’s key': {
      command: () => order({ principal: 'bob', key_id: 'bob-1' }, 'carol'),
    },
    'for another environment': {
      command: () => order({ audience: { ...testAudience, environment: 'staging' } }),
    },
    'for another API': {
      command: () => order({ audience: { ...testAudience, api_origin: 'https://api.github.com' } }),
    },
    'for another log': { command: () => order({ audience: { ...testAudience, log_origin: 'x/log' } }) },
    'with a reason that was edited': { command: () => ({ ...order(), reason: 'edited' }) },
    'with a window moved': { command: () => ({ ...order(), expires_at: iso(startMs + 120_000) }) },
    'with half a signature': { command: () => ({ ...order(), signature: order().signature.slice(0, 44) }) },
    'by a key nobody knows': { command: () => order({ key_id: 'bob-2' }) },
    'by a service’s key id': { command: () => order({ key_id: 'console-actor' }) },
    'valid for too long': {
      command: () => order({ expires_at: iso(startMs + 60_001 + orderMsMax) }),
    },
    'valid for no time': { command: () => order({ expires_at: iso(startMs + 60_000) }) },
    'carried too early': { command: order, at: 60 - 31 },
    'carried as it runs out': { command: order, at: 60 + 300 },
  };

describe('O1: orders to unfreeze that are worth nothing', () => {
  for (const [name, { command, at = 60 }] of Object.entries(worthless)) {
    it(`given one ${name}, then the scope stays frozen and the order is reported`, () => {
      const all = system();
      all.freeze({ by: 'alice', at: 0 });
      all.unfreeze({ by: 'bob', at, command: command() });
      expect(all.frozen()).toEqual(['all']);
      expect(all.faults()).toHaveLength(1);
    });
  }

  it('given the very edges of its window, with the skew of clocks where it begins, then it counts', () => {
    for (const at of [60 - 30, 60 + 299.999]) {
      const all = system();
      all.freeze({ by: 'alice', at: 0 });
      all.unfreeze({ by: 'bob', at, command: order() });
      expect(all.frozen()).toEqual([]);
    }
  });

  it('given an order that has counted, when it is appended again after another freeze, then it does not', () => {
    const all = system();
    const once = order();
    all.freeze({ by: 'alice', at: 0 });
    all.unfreeze({ by: 'bob', at: 60, command: once });
    all.freeze({ by: 'alice', at: 61 });
    all.unfreeze({ by: 'bob', at: 62, command: once });
    expect([all.frozen(), all.faults()]).toEqual([['all'], ['the order has been used']]);
  });

  it('given an order kept back since an earlier freeze, then it does not lift a later one', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.unfreeze({ by: 'carol', at: 70 });
    all.freeze({ by: 'alice', at: 91 });
    all.unfreeze({ by: 'bob', at: 92, command: order() });
    expect([all.frozen(), all.faults()]).toEqual([
      ['all'],
      ['the order was signed before the scope was frozen'],
    ]);
  });

  it('given an order that names the freeze its operator saw, then it lifts that one, and no later one, however soon it came', () => {
    const all = system();
    const seen = all.freeze({ by: 'alice', at: 0 });
    const naming = order({ action: { ...unfreezeAll, freezes: [seen.id] } });
    const again = all.freeze({ by: 'alice', at: 70 });
    // Within the skew that clocks may have: by its time alone it would count.
    all.unfreeze({ by: 'bob', at: 75, command: naming });
    expect([all.frozen(), all.faults()]).toEqual([
      ['all'],
      [`it was frozen again by ${again.id}, which the order does not name`],
    ]);
    const knowing = order({ action: { ...unfreezeAll, freezes: [again.id] }, command_id: newUlid() });
    all.unfreeze({ by: 'bob', at: 76, command: knowing });
    expect(all.frozen()).toEqual([]);
  });

  it('given several scopes, of which one was frozen again, then only the others are over', () => {
    const two = system();
    const seen = two.freeze({ by: 'alice', at: 0, scopes: ['all', 'tenant:acme'] });
    two.freeze({ by: 'alice', at: 70, scopes: ['tenant:acme'] });
    const scopes = ['all', 'tenant:acme'];
    const command = order({ action: { kind: 'unfreeze', scopes, freezes: [seen.id] } });
    two.unfreeze({ by: 'bob', at: 75, scopes, command });
    expect(two.frozen()).toEqual(['tenant:acme']);
  });

  it('given the freezes it names are changed on the way, then it is worth nothing', () => {
    const all = system();
    const seen = all.freeze({ by: 'alice', at: 0 });
    const again = all.freeze({ by: 'alice', at: 70 });
    const naming = order({ action: { ...unfreezeAll, freezes: [seen.id] } });
    for (const action of [{ ...unfreezeAll, freezes: [again.id] }, unfreezeAll])
      all.unfreeze({ by: 'bob', at: 75, command: { ...naming, action } });
    expect(all.frozen()).toEqual(['all']);
    expect(all.faults()).toHaveLength(2);
  });

  it('given an order from before orders named freezes, then it counts as it did', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.unfreeze({ by: 'bob', at: 60, command: order({ action: unfreezeAll }) });
    expect(all.frozen()).toEqual([]);
  });

  it('given what the carrier asks beforehand, then it says what the fold will say', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    const freezes = all.events.map(({ id }) => id);
    const asked = (by: OutsideName, action: OperatorAction = { ...unfreezeAll, freezes }) =>
      unfreezeFaults(trust, all.events, {
        ...{ time: iso(startMs + 60_000), seq: 2 },
        data: { scopes: ['all'], principal: by, command: order({ action }, by) },
      });
    expect(asked('bob').size).toBe(0);
    expect(asked('alice').get('all')).toContain('somebody else');
    expect(asked('bob', unfreezeAll).get('all')).toContain('does not name the freeze');
    expect(asked('bob', { ...unfreezeAll, freezes: [] }).get('all')).toContain('frozen again by');
  });
});

describe('O1: a key that is revoked', () => {
  const revokedAt = (at: number): OrderTrust => {
    const published = keys.published.keys.map((key) =>
      key.key_id === 'bob-1' ? { ...key, revoked_at: iso(startMs + at * 1_000) } : key,
    );
    return { ...trust, keyring: openKeyring(nodeCrypto, { ...keys.published, keys: published }) };
  };
  const unfrozenByBob = () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.unfreeze({ by: 'bob', at: 60 });
    return all;
  };

  it('given no event that says when, then nothing it ordered counts, whatever time it bears', () => {
    expect(unfrozenByBob().frozen(revokedAt(600))).toEqual(['all']);
  });

  it('given its revocation later in the stream, then what it ordered before stays good', () => {
    const all = unfrozenByBob();
    all.revoke('bob-1', 600);
    expect(all.frozen(revokedAt(600))).toEqual([]);
  });

  it('given an order backdated behind its revocation, then it does not count, even with an old keyring', () => {
    const all = system();
    all.freeze({ by: 'alice', at: 0 });
    all.revoke('bob-1', 600);
    all.unfreeze({ by: 'bob', at: 60 });
    expect([all.frozen(revokedAt(600)), all.frozen()]).toEqual([['all'], ['all']]);
    expect(all.faults()).toEqual(['its key is revoked']);
  });
});

describe('whether a scope is frozen', () => {
  it('given several maps, then the first scope in any of them', () => {
    const maps = [new Map([['all', 'a']]), new Map([['tenant:acme', 't']])];
    expect(frozenScope(['tenant:acme', 'all'], ...maps)).toEqual({ scope: 'tenant:acme', reason: 't' });
    expect(frozenScope(['tenant:other'], ...maps)).toBeUndefined();
  });
});
