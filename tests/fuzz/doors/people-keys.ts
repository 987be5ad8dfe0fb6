import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeyFile, readHoldersKey } from '@marketops/cli/testing';
import fc from 'fast-check';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedJson, mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

/** The key file of somebody outside the system, which a command is pointed to. */
const keyDoor = (kind: 'approver' | 'issuer', holder: string): Door => ({
  name: `${kind}-key`,
  what: `an ${kind}’s key file: read with whose it is, or a typed fault`,
  async open() {
    const dir = mkdtempSync(join(tmpdir(), 'marketops-fuzz-'));
    const path = join(dir, 'key.json');
    makeKeyFile(kind, path, holder);
    const text = readFileSync(path, 'utf8');
    const inputs = fc.oneof(
      mutatedText([text]),
      mutatedJson([JSON.parse(text)]).map((value) => JSON.stringify(value)),
    );
    const door = openDoor(inputs, async (content) => {
      writeFileSync(path, content, { mode: 0o600 });
      const read = await typed(() => readHoldersKey(kind, path));
      if (read?.holder === '') throw new Violation('a key of nobody');
    });
    return { ...door, finish: async () => rmSync(dir, { recursive: true, force: true }) };
  },
});

export const peopleKeys: readonly Door[] = [keyDoor('approver', 'alice'), keyDoor('issuer', 'ci')];
