import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CurrentKey } from '@marketops/engine';
import { testKeys } from '@marketops/engine/testing';
import { leafHashOfBytes, rootOf, verifyConsistency } from '@marketops/proof';
import { nodeCrypto as crypto } from '@marketops/proof/node';
import { folderPlace, type TilePlace, TlogError, TreeReader } from '@marketops/tlog';
import { type ChainPoint, genesis } from '@marketops/verifier';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TileProjector } from './projector.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'marketops-projector-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const keys = testKeys();
const entries = Array.from({ length: 700 }, (_, index) => Buffer.from(`{"entry":${index}}`));
const pointAt = (sequence: number): ChainPoint =>
  sequence === 0 ? genesis : { sequence, hash: crypto.sha256Hex(entries[sequence - 1] ?? '') };

/** Fails once, at the operation of this number: before it is done, or after. */
interface Failing {
  at: number;
  when: 'before' | 'after';
  done: number;
}

function failing<Place extends object>(place: Place, plan: Failing): Place {
  return new Proxy(place, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        plan.done += 1;
        const isNow = plan.done === plan.at;
        if (isNow && plan.when === 'before') throw new TlogError('place_failed', 'the test fails it');
        const result: unknown = await Reflect.apply(value, target, given);
        if (isNow) throw new TlogError('place_failed', 'the test fails it');
        return result;
      };
    },
  });
}

function projectorOver(place: TilePlace, memory: TilePlace, settled: () => number): TileProjector {
  return new TileProjector({
    ...{ crypto, place, memory, keyring: keys.keyring },
    origin: 'log.test',
    settled: () => pointAt(settled()),
    signer: (): CurrentKey => keys.signing('ledger', 'checkpoint'),
    checkTerm: () => Promise.resolve(),
    entries: {
      async read(after, upTo, take) {
        if (pointAt(after.sequence).hash !== after.hash) throw new Error('it is another journal');
        for (const entry of entries.slice(after.sequence, upTo.sequence)) await take(entry);
      },
    },
  });
}

test.each(['before', 'after'] as const)(
  'L1: given any single operation of the place or the memory that fails %s it is done, then the next turn goes on, and every checkpoint continues the one before',
  async (when) => {
    const leaves = entries.map((entry) => leafHashOfBytes(crypto, entry));
    const sizes = [3, 300, 700];
    let failed = 0;
    for (let at = 1; ; at += 1) {
      const plan: Failing = { at, when, done: 0 };
      const [place, memory] = ['tiles', 'signed'].map((name) =>
        failing(folderPlace(join(root, `${when}-${at}`, name)), plan),
      );
      if (place === undefined || memory === undefined) throw new Error('there are two');
      let settled = 0;
      const projector = projectorOver(place, memory, () => settled);
      let older = { size: 0, root: '' };
      for (const size of sizes) {
        settled = size;
        const first = await projector.project().catch((fault: unknown) => {
          expect(fault).toMatchObject({ code: 'place_failed' });
          failed += 1;
          return undefined;
        });
        const { size: published, root: rootNow } = first ?? (await projector.project());
        expect({ published, root: rootNow }).toEqual({
          published: size,
          root: rootOf(crypto, leaves.slice(0, size)),
        });
        const tree = new TreeReader(crypto, folderPlace(join(root, `${when}-${at}`, 'tiles')), size);
        if (older.size > 0) {
          const path = await tree.consistency(older.size);
          const claim = {
            firstSize: older.size,
            firstRoot: older.root,
            secondSize: size,
            secondRoot: rootNow,
            path,
          };
          expect(verifyConsistency(crypto, claim)).toBe(true);
        }
        older = { size: published, root: rootNow };
      }
      if (plan.done < at) break;
    }
    expect(failed).toBeGreaterThan(15);
  },
);

test('given calls at once, then they share one turn', async () => {
  const place = folderPlace(join(root, 'tiles'));
  const projector = projectorOver(place, folderPlace(join(root, 'signed')), () => 5);
  const [one, two] = await Promise.all([projector.project(), projector.project()]);
  expect(one).toBe(two);
  expect(one.size).toBe(5);
});
