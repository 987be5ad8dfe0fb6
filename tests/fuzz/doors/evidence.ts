import { parseEvidence } from '@marketops/cli/testing';
import { evidenceBy, testKeys } from '@marketops/engine/testing';
import fc from 'fast-check';
import { type Door, openDoor } from '../door.js';
import { mutatedJson, mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

export const evidence: Door = {
  name: 'evidence',
  what: 'evidence as it is carried to a run: a statement, or a typed fault',
  async open() {
    const about = { run_id: `run_${'0'.repeat(26)}`, plan_digest: 'a'.repeat(64) };
    const genuine = evidenceBy(testKeys(), about, Date.UTC(2026, 0, 31));
    const inputs = fc.oneof(
      mutatedText([JSON.stringify(genuine)]),
      mutatedJson([genuine]).map((value) => JSON.stringify(value)),
    );
    return openDoor(inputs, async (text) => {
      await typed(() => parseEvidence(text));
    });
  },
};
