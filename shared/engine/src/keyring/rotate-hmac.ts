import { generateHmacKey } from '@marketops/proof/node';
import { HmacKeyFile, nextForServices, readKeyFile } from '../config/keys.js';
import { draftKey, type KeyDraft, keysDirOf, pruneKeyFiles, replaceKeyFile } from './key-files.js';
import { hmacKeysIn, keyFilesOf } from './key-folder.js';
import { newKeyId, type Rotation } from './rotation.js';

const name = 'receipt-hmac';

/**
 * Gives federation and publisher a new shared secret: the publisher first, for it must accept what federation mints. The
 * old one counts until the overlap ends, which its file says on both sides.
 * @throws ConfigError `key_missing` where one of the two folders is not here, and those of reading them
 */
export function rotateReceiptHmac(options: {
  readonly dataDir: string;
  readonly now: Date;
  readonly overlapMs: number;
}): Rotation {
  const { dataDir, now, overlapMs } = options;
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
  const replaced = new Set(folders.flatMap((keysDir) => hmacKeysIn(keysDir, name).map((key) => key.keyId)));
  const drafts: KeyDraft[] = [];
  try {
    for (const keysDir of folders) drafts.push(draftKey(keysDir, name, secret));
    const files = drafts.map((draft) => {
      endKeys(draft.keysDir, now, notAfter);
      return draft.takePlace();
    });
    return { keyId, replaced: [...replaced], notAfter, files };
  } finally {
    for (const draft of drafts) draft.discard();
  }
}

function endKeys(keysDir: string, now: Date, notAfter: string): void {
  pruneKeyFiles(keysDir, name, (path) => (read(path).not_after ?? '9') <= now.toISOString());
  for (const path of keyFilesOf(keysDir, name)) {
    const file = read(path);
    if (file.not_after === undefined || file.not_after > notAfter)
      replaceKeyFile(path, { ...file, not_after: notAfter });
  }
}

const read = (path: string) => readKeyFile(path, (value) => HmacKeyFile.parse(value), nextForServices);
