import type { EventOf } from '@marketops/contracts';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../output.js';
import { type KnownDrift, renderDrift } from './drift.js';

const runId = `run_${'0'.repeat(26)}`;
const time = '2026-01-31T12:00:00.000Z';
const drifted = {
  time,
  data: { operation_id: 'release', drift: 'edited', differs: ['name', 'body'], remote_id: '7' },
} as unknown as EventOf<'effect.drifted'>;
const unreceipted = {
  time,
  data: {
    ...{ repository: 'acme/widgets', operation_kind: 'publish_release', marker: 'forged' },
    url: 'https://x/\u001b[2J',
  },
} as unknown as EventOf<'effect.unreceipted'>;

function told(known: Partial<KnownDrift>) {
  const lines: string[] = [];
  const stdout = { write: (text: string) => lines.push(text) > 0 };
  renderDrift(createOutput({ json: false, stdout, stderr: stdout, env: {} }), {
    ...{ drifted: [], unreceipted: [], everyMs: 3_600_000 },
    ...known,
  });
  return lines.join('');
}

describe('drift', () => {
  it('given some, then each with where it is, and nothing that moves a terminal', () => {
    const text = told({ drifted: [{ runId, event: drifted }], unreceipted: [unreceipted] });
    expect(text).toContain(`${runId}/release  edited: name, body`);
    expect(text).toContain(`marketops show ${runId}`);
    expect(text).toContain('acme/widgets  no receipt, with a forged marker');
    expect(text).not.toContain('\u001b[2J');
    expect(text).toContain('put it back by hand');
    expect(text).toContain('delete it at GitHub');
  });

  it('given none, then it says how often anybody looks', () => {
    expect(told({})).toBe(
      'No drift is known, as far as the publisher has looked: it compares every 1 h 0 min.\n',
    );
  });

  it('given nobody looks, then that is what it says, and what was said before stands', () => {
    expect(told({ everyMs: 0 })).toMatch(/^Nothing is compared: `reconcile\.every_ms` is 0/);
    const text = told({ everyMs: 0, drifted: [{ runId, event: drifted }] });
    expect(text).toContain('Nothing is compared');
    expect(text).toContain(`${runId}/release  edited`);
  });
});
