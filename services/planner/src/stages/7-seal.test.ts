import { type EventDraft, PlanRequest, vocabulary } from '@marketops/contracts';
import { planDigest } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import { describe, expect, it } from 'vitest';
import { facts, selected, tag } from '../testing/stages.js';
import { verify } from './3-verify.js';
import { evaluate } from './4-evaluate.js';
import { plan } from './5-plan.js';
import { execute } from './6-execute.js';
import { fitsInline, type Sealed, seal } from './7-seal.js';

const runId = `run_${'a'.repeat(26)}`;
const sealed = async (
  operations: (typeof tag & { message?: string })[],
  over: { mode?: 'prod'; runSeq?: number; gone?: string } = {},
) => {
  const request = PlanRequest.parse({ tenant_id: 'acme', repository: 'acme/widgets', operations });
  const all = operations.map((one) =>
    selected(one, one.id === over.gone ? { target: { revision: 'gone', sha: null } } : {}),
  );
  const mode = over.mode ?? 'dry_run';
  const identity = { runId, tenantId: 'acme', principal: 'ci', mode, requestDigest: '0'.repeat(64) } as const;
  const planned = plan(nodeCrypto, identity, all, evaluate(all, verify(all)));
  const blocked = mode === 'prod' ? new Map() : await execute(planned.operations.values());
  const input = {
    identity,
    idempotencyKey: 'k',
    request,
    facts: { tag: facts() },
    planned,
    blocked,
    runSeq: over.runSeq ?? 0,
  };
  return { planned, ...seal(nodeCrypto, input) };
};
const types = ({ streams }: Pick<Sealed, 'streams'>) =>
  Object.fromEntries(streams.map(({ stream, events }) => [stream, events.map(({ type }) => type)]));
const drafts = ({ streams }: Pick<Sealed, 'streams'>): EventDraft[] =>
  streams.flatMap(({ events }) => events);

describe('stage 7, seal', () => {
  it('D5: given a dry run, then the plan and every block with its reason are events of one append', async () => {
    const its = await sealed([tag, { ...tag, id: 'gone' }], { gone: 'gone' });
    expect(types(its)).toEqual({
      [`run/${runId}`]: ['plan.requested', 'plan.generated'],
      [`op/${runId}/tag`]: ['operation.planned', 'operation.blocked'],
      [`op/${runId}/gone`]: ['operation.planned', 'operation.blocked'],
    });
    for (const draft of drafts(its)) {
      if (draft.type === 'operation.planned') expect(draft.data.blocked_by_mode).toBe(true);
      if (draft.type === 'operation.blocked') expect(draft.data.reason.code).toBe('blocked_by_mode');
    }
  });

  it('given a run in prod, then what would not ship is skipped with its first reason, and the rest goes on', async () => {
    const its = await sealed([tag, { ...tag, id: 'gone' }], { mode: 'prod', gone: 'gone' });
    expect(types(its)).toMatchObject({
      [`op/${runId}/tag`]: ['operation.planned'],
      [`op/${runId}/gone`]: ['operation.planned', 'operation.skipped'],
    });
    expect(drafts(its).at(-1)).toMatchObject({ data: { reason: { code: 'target_missing' } } });
    expect(drafts(its)[1]).toMatchObject({ data: { operations: 2, would_ship: 1, would_not_ship: 1 } });
  });

  it('given the request was recorded before, then it is not said again', async () => {
    const its = await sealed([tag], { runSeq: 1 });
    expect(its.streams[0]).toMatchObject({ afterSeq: 1, events: [{ type: 'plan.generated' }] });
  });

  it('given the plan, then its digest is the one everybody else computes', async () => {
    const its = await sealed([tag]);
    expect(its.planDigest).toBe(planDigest(nodeCrypto, its.planned.plan));
    expect(
      drafts(its).filter((draft) => 'plan_digest' in draft.data && draft.data.plan_digest !== its.planDigest),
    ).toEqual([]);
  });

  it('given texts of any size, then every event fits its schema, and what is large is a blob that hashes to its name', async () => {
    for (const message of ['x', 'x'.repeat(4_000), '界'.repeat(900), '界'.repeat(60_000)]) {
      const its = await sealed([{ ...tag, message }]);
      for (const { type, data } of drafts(its)) {
        expect(vocabulary[type].data.safeParse(data).error).toBeUndefined();
        expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(8_192);
      }
      const named = [...JSON.stringify(drafts(its)).matchAll(/"blob":"sha256:([0-9a-f]{64})"/g)].map(
        ([, hex]) => hex,
      );
      expect(its.blobs.map((text) => nodeCrypto.sha256Hex(text)).sort()).toEqual([...new Set(named)].sort());
      expect(named.length > 0).toBe(message.length > 1);
    }
  });

  it.each([
    ['x'.repeat(2_500), true],
    ['x'.repeat(2_501), false],
    ['界'.repeat(833), true],
    ['界'.repeat(834), false],
  ])('given %#, then what counts is bytes', (text, fits) => {
    expect(fitsInline(text)).toBe(fits);
  });
});
