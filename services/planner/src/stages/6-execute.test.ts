import type { Operation, SideEffectPort } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { sha } from '../testing/world.js';
import { execute } from './6-execute.js';

const operation = (operation_id: string): Operation => ({
  operation_id,
  kind: 'tag_repo',
  repository: { id: 7, owner: 'acme', name: 'widgets' },
  tag_name: 'v1',
  target_sha: sha('a'),
  message: 'v1',
});
const wholes = ['a', 'b', 'c'].map((id) => ({ operation: operation(id), bytes: '', digest: '' }));

describe('stage 6, execute', () => {
  it('D1, D2, D5: given a dry run, then every operation meets the null port, is blocked and says why', async () => {
    const blocked = await execute(wholes);
    expect([...blocked.keys()]).toEqual(['a', 'b', 'c']);
    for (const reason of blocked.values()) {
      expect(reason.code).toBe('blocked_by_mode');
      expect(reason.remedy).toContain('mode: prod');
    }
  });

  it('D2: given a port, then each operation goes through it, and through nothing else', async () => {
    const met: string[] = [];
    const port: SideEffectPort<Operation> = {
      perform: async ({ operation_id }) => {
        met.push(operation_id);
        return Promise.resolve({
          outcome: 'blocked',
          reason: { code: 'no', message: 'No.', remedy: 'None.' },
        });
      },
    };
    expect((await execute(wholes, port)).get('b')?.code).toBe('no');
    expect(met).toEqual(['a', 'b', 'c']);
  });

  it('D1: given a port that acts, then the stage stops at once rather than call it blocked', async () => {
    const result = { remote_id: '1', url: '', adopted: false, sha: null, assets: [] };
    let acted = 0;
    const port: SideEffectPort<Operation> = {
      perform: async () => {
        acted += 1;
        return Promise.resolve({ outcome: 'succeeded', result });
      },
    };
    await expect(execute(wholes, port)).rejects.toMatchObject({ code: 'invariant_violated' });
    expect(acted).toBe(1);
  });
});
