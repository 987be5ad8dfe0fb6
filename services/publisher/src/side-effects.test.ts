import { describe, expect, it } from 'vitest';
import { GatedOperation } from './gate/gated-operation.js';
import { LiveSideEffectPort } from './side-effects.js';
import { gatedFor } from './testing/gate-fixture.js';
import { releaseOperation } from './testing/operations.js';

const untouchable = new Proxy(
  {},
  {
    get: (_target, name) => {
      throw new Error(`GitHub was asked for ${String(name)}`);
    },
  },
) as never;
const port = new LiveSideEffectPort(
  untouchable,
  () => 'marker',
  () => '/nowhere',
);

describe('P7, D2: the boundary', () => {
  it('takes nothing but what the gate made', async () => {
    const gated = gatedFor(releaseOperation());
    const lookAlike = Object.assign(Object.create(GatedOperation.prototype) as object, { ...gated });
    for (const forged of [{ ...gated }, lookAlike, releaseOperation(), null, undefined]) {
      await expect(port.perform(forged as never)).rejects.toThrow(/only what the gate has passed/);
    }
    await expect(port.perform(gated)).rejects.toThrow(/GitHub was asked/);
  });
});
