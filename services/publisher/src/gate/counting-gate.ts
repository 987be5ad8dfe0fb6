import type { Metrics } from '@marketops/engine';
import type { Gate } from './gate.js';

/** The same gate, with every answer of every check counted. It is asked, and heard; nothing it says is changed. */
export const countingGate = (gate: Gate, metrics: Metrics): Gate => ({
  judge(facts) {
    const verdict = gate.judge(facts);
    for (const { check, answer } of verdict.answers)
      metrics.count('marketops_gate_answers_total', { check, verdict: answer.verdict });
    return verdict;
  },
});
