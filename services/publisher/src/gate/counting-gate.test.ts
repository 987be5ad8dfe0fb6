import { gateChecks } from '@marketops/contracts';
import { type Metrics, metricsOff } from '@marketops/engine';
import { expect, it } from 'vitest';
import type { GateFacts } from './context.js';
import { countingGate } from './counting-gate.js';
import type { Gate, GateVerdict } from './gate.js';

it('given a verdict, then it is handed on as it is, and the answer of each check is counted once', () => {
  const answers = gateChecks.map((check, at) => ({
    check,
    answer:
      at === 2
        ? { verdict: 'refuse', reason: { code: 'x', message: 'y', remedy: 'z' } }
        : { verdict: 'pass' },
  }));
  const verdict = { verdict: 'refuse', check: 'signatures', answers } as unknown as GateVerdict;
  const counted: string[] = [];
  const metrics: Metrics = {
    ...metricsOff,
    count: (name, labels) => void counted.push([name, ...Object.values(labels)].join(' ')),
  };
  const gate: Gate = { judge: () => verdict };
  expect(countingGate(gate, metrics).judge({} as GateFacts)).toBe(verdict);
  expect(counted).toHaveLength(12);
  expect(counted[2]).toBe('marketops_gate_answers_total signatures refuse');
});
