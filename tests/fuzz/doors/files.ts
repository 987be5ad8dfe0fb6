import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig, readHmacKey, readSigningKey } from '@marketops/engine';
import { openKeyring } from '@marketops/proof';
import { nodeCrypto } from '@marketops/proof/node';
import fc from 'fast-check';
import { type Door, openDoor } from '../door.js';
import { mutatedJson, mutatedText } from '../mutate.js';
import { typed } from '../typed.js';
import type { FuzzWorld } from '../world.js';

const configuration = 'marketops.yml';
const keyringFile = '.marketops/keyring.json';
const keyFile = '.marketops/keys/federation/mint.json';
const hmacFile = '.marketops/keys/publisher/receipt-hmac.json';

/** A door that is a file of a service: mutated in a copy of the system's folder, then read as at a start. */
const fileDoor = (
  name: string,
  what: string,
  file: string,
  read: (dir: string) => void | Promise<void>,
): Door => ({
  name,
  what,
  async open({ system, text }: FuzzWorld) {
    const dir = mkdtempSync(join(tmpdir(), 'marketops-fuzz-'));
    for (const one of [configuration, keyringFile, keyFile, hmacFile]) {
      mkdirSync(dirname(join(dir, one)), { recursive: true, mode: 0o700 });
      cpSync(join(system.dir, one), join(dir, one));
      chmodSync(join(dir, one), 0o600);
    }
    const genuine = text(join(system.dir, file));
    const inputs = file.endsWith('.json')
      ? fc.oneof(
          mutatedText([genuine]),
          mutatedJson([JSON.parse(genuine)]).map((value) => JSON.stringify(value)),
        )
      : mutatedText([genuine]);
    const door = openDoor(inputs, async (content) => {
      writeFileSync(join(dir, file), content, { mode: 0o600 });
      await typed(() => read(dir));
    });
    return { ...door, finish: async () => rmSync(dir, { recursive: true, force: true }) };
  },
});

const load = (dir: string) => void loadConfig(join(dir, configuration), {});

export const files: readonly Door[] = [
  fileDoor('config', 'marketops.yml: loaded, or a typed fault', configuration, load),
  fileDoor('keyring', 'keyring.json: loaded and opened, or a typed fault', keyringFile, (dir) => {
    openKeyring(nodeCrypto, loadConfig(join(dir, configuration), {}).keyring);
  }),
  fileDoor('signing-key', 'a signing key’s file: read, or a typed fault', keyFile, (dir) => {
    readSigningKey(dirname(join(dir, keyFile)), 'mint');
  }),
  fileDoor('hmac-key', 'an HMAC key’s file: read, or a typed fault', hmacFile, (dir) => {
    readHmacKey(dirname(join(dir, hmacFile)), 'receipt-hmac');
  }),
];
