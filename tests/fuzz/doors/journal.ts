import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyJournal } from '@marketops/verifier/node';
import { type Door, openDoor, Violation } from '../door.js';
import { mutatedText } from '../mutate.js';
import { typed } from '../typed.js';

export const journal: Door = {
  name: 'journal',
  what: 'lines of the journal: verified, or a fault with its place; never an exception, never another history',
  async open({ journal: { name, text }, system }) {
    const dir = mkdtempSync(join(tmpdir(), 'marketops-fuzz-'));
    const { keyring } = system.loaded;
    const verify = (content: string, pin?: { sequence: number; hash: string }) => {
      writeFileSync(join(dir, name), content);
      return verifyJournal({ dir, keyring, ...(pin === undefined ? {} : { pin }) });
    };
    const genuine = await verify(text);
    if (!genuine.ok) throw new TypeError('the genuine journal does not verify');
    const pin = { sequence: genuine.lastSequence, hash: genuine.lastHash };
    const door = openDoor(mutatedText([text]), async (content) => {
      const report = await typed(() => verify(content, pin));
      if (report?.ok === true && report.lastHash !== pin.hash)
        throw new Violation('another history verifies');
      if (report?.fault !== undefined && report.fault.next === '')
        throw new Violation('a fault without advice');
    });
    return { ...door, finish: async () => rmSync(dir, { recursive: true, force: true }) };
  },
};
