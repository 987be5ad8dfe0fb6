import { Keyring, type PersonKey } from '@marketops/contracts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../../data/session.js';
import { keyringQuery } from '../../ledger/queries.js';
import {
  keepOwnKey,
  keptOwnKeys,
  type ListedKey,
  type OwnKey,
  openKeyFile,
  ownKeySigner,
  passkeySigner,
  type Signer,
  SigningError,
} from '../../signing/index.js';
import { isPasskey, keysOf, listedKey } from './listed-keys.js';

export interface SigningKey {
  /** Whether it is known by now which keys there are. */
  readonly loaded: boolean;
  /** The caller's keys that count. */
  readonly keys: readonly PersonKey[];
  readonly chosen: PersonKey | undefined;
  readonly choose: (keyId: string) => void;
  /** `here`: it can sign at once. `file`: its key file has to be opened first. `passkey`: the authenticator will ask. */
  readonly hand: 'here' | 'file' | 'passkey';
  /** @throws SigningError where it is no key file, or that of another key than the one chosen */
  readonly open: (file: File, keep: boolean) => Promise<void>;
  /** @throws SigningError where the key chosen is not at hand */
  readonly signer: () => { readonly signer: Signer; readonly listed: ListedKey };
}

/** Longer is no key file; it is not read then. */
const keyFileBytesMax = 4_096;
const keptKey = ['keys kept in this browser'] as const;

/** Which of the caller's own keys signs, and whether it is at hand in this browser. */
export function useSigningKey(): SigningKey {
  const { principal, now } = useSession();
  const queries = useQueryClient();
  const keyring = useQuery(keyringQuery);
  const kept = useQuery({
    queryKey: [...keptKey, principal],
    // A browser that keeps nothing has none kept: the key file can be opened all the same.
    queryFn: () => keptOwnKeys(principal).catch((): readonly OwnKey[] => []),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [chosenId, choose] = useState<string>();
  const [opened, setOpened] = useState<OwnKey>();

  const parsed = keyring.data === undefined ? undefined : Keyring.safeParse(keyring.data);
  const keys = parsed?.success === true ? keysOf(parsed.data, principal, now) : [];
  const keptIds = new Set(kept.data?.map(({ keyId }) => keyId));
  const chosen =
    keys.find(({ key_id: id }) => id === chosenId) ??
    keys.find(({ key_id: id }) => keptIds.has(id)) ??
    keys[0];
  const own =
    opened !== undefined && opened.keyId === chosen?.key_id
      ? opened
      : kept.data?.find(({ keyId }) => keyId === chosen?.key_id);

  return {
    loaded: keyring.data !== undefined && kept.data !== undefined,
    ...{ keys, chosen, choose },
    hand: chosen !== undefined && isPasskey(chosen) ? 'passkey' : own === undefined ? 'file' : 'here',
    async open(file, keep) {
      if (file.size > keyFileBytesMax)
        throw new SigningError('key_file_invalid', 'This is no approver’s key file: it is too large.');
      const key = await openKeyFile(await file.text());
      if (key.keyId !== chosen?.key_id || key.publicKey !== chosen.public_key)
        throw new SigningError(
          'key_file_foreign',
          `This is the file of the key ${key.keyId}, not of ${chosen?.key_id ?? 'one that is listed for you'}.`,
        );
      setOpened(key);
      if (!keep) return;
      await keepOwnKey(key);
      await queries.invalidateQueries({ queryKey: keptKey });
    },
    signer() {
      if (chosen === undefined)
        throw new SigningError('key_not_here', 'The keyring lists no key of yours that counts.');
      const listed = listedKey(chosen);
      if (isPasskey(chosen)) return { signer: passkeySigner(listed), listed };
      if (own === undefined)
        throw new SigningError('key_not_here', `The key ${chosen.key_id} is not in this browser.`);
      return { signer: ownKeySigner(own), listed };
    },
  };
}
