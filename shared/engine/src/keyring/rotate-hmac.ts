import { generateHmacKey } from '@marketops/proof/node';
import { holdingKeyring, keyringPath } from '../config/keyring-file.js';
import { type HeldHmacKey, HmacKeyFile, nextForServices, readKeyFile } from '../config/keys.js';
import { draftKey, type KeyDraft, keysDirOf, pruneKeyFiles, replaceKeyFile } from './key-files.js';
import { hmacKeysIn, keyFilesOf } from './key-folder.js';
import { newKeyId, type Rotation } from './rotation.js';

const name = 'receipt-hmac';

/**
 * Gives federation and publisher a new shared secret: the publisher first, for it must accept what federation mints. The
 * old one counts until the overlap ends, which its file says on both sides. One rotation at a time: two that mixed their
 * steps could leave federation with a secret that the publisher does not have.
 * @throws ConfigError `key_missing` where one of the two folders is not here, `keyring_locked`, and those of reading the
 * folders; DiskError
 */
export const rotateReceiptHmac = (options: HmacRotation): Promise<Rotation> =>
  holdingKeyring(keyringPath(options.dataDir), () => rotateHeld(options));

interface HmacRotation {
  readonly dataDir: string;
  readonly now: Date;
  readonly overlapMs: number;
}

function rotateHeld({ dataDir, now, overlapMs }: HmacRotation): Rotation {
  const keyId = newKeyId('receipt', 'hmac');
  const secret = {
    key_id: keyId,
    algorithm: 'hmac-sha256',
    secret: generateHmacKey(),
    not_before: now.toISOString(),
  };
  const notAfter = new Date(now.getTime() + overlapMs).toISOString();
  const folders = (['publisher', 'federation'] as const).map((service) => keysDirOf(dataDir, service, false));
  // Read before anything is written: a folder in disorder is left as it is.
  const ends = endsOf(
    folders.flatMap((keysDir) => hmacKeysIn(keysDir, name)),
    notAfter,
  );
  const drafts: KeyDraft[] = [];
  try {
    for (const keysDir of folders) drafts.push(draftKey(keysDir, name, secret));
    const files = drafts.map((draft) => {
      endKeys(draft.keysDir, ends, now);
      return draft.takePlace();
    });
    return { keyId, replaced: [...ends.keys()], notAfter, files };
  } finally {
    for (const draft of drafts) draft.discard();
  }
}

/** When each old key ends, on both sides: where an interrupted rotation gave it an end on one, that one counts. */
function endsOf(keys: readonly HeldHmacKey[], notAfter: string): ReadonlyMap<string, string> {
  const ends = new Map<string, string>();
  for (const { keyId, notAfter: said = notAfter } of keys) {
    const [earliest = said] = [said, ends.get(keyId) ?? notAfter].toSorted();
    ends.set(keyId, earliest);
  }
  return ends;
}

function endKeys(keysDir: string, ends: ReadonlyMap<string, string>, now: Date): void {
  const endOf = (path: string): string | undefined => ends.get(read(path).key_id);
  pruneKeyFiles(keysDir, name, (path) => (endOf(path) ?? '9') <= now.toISOString());
  for (const path of keyFilesOf(keysDir, name)) {
    const file = read(path);
    const end = endOf(path);
    if (end !== undefined && file.not_after !== end) replaceKeyFile(path, { ...file, not_after: end });
  }
}

const read = (path: string) => readKeyFile(path, (value) => HmacKeyFile.parse(value), nextForServices);
