import { createPrivateKey, sign } from 'node:crypto';
import type { OperatorAction } from '@marketops/contracts';
import { editKeyring, keyringPath } from '@marketops/engine';
import type { ApiRole } from '@marketops/operator/api-keys';
import { generateSigningKey } from '@marketops/proof/node';
import type { TemporaryConsole } from '../support/console.js';

/** Somebody with a signing key of their own in the keyring, and a key of the API. */
export interface Person {
  readonly name: string;
  /** The secret of their key of the API. */
  readonly api: string;
  /** Has the console make the bytes, and signs them. */
  order(action: OperatorAction, reason?: string): Promise<Signed>;
  /** The same for a word on a run. */
  word(runId: string, verdict: 'grant' | 'deny' | 'withdraw', withdraws?: string): Promise<Signed>;
}

/** Claims as the API gave them, with the signature over them. */
interface Signed {
  readonly signature: string;
  readonly [claim: string]: unknown;
}

const roles: readonly ApiRole[] = ['approver', 'operator', 'auditor'];

/** Resolves when the console knows their keys. */
export async function people<Name extends string>(
  the: TemporaryConsole,
  names: readonly Name[],
): Promise<Readonly<Record<Name, Person>>> {
  const all: Partial<Record<Name, Person>> = {};
  for (const name of names) all[name] = await person(the, name);
  const known = all as Record<Name, Person>;
  await the.client.until('the console knows the new keys', async () => {
    const sessions = await Promise.all(names.map((name) => the.ask(known[name].api, '/v1/session')));
    return sessions.every(({ body }) => body.approver_keys.length === 1);
  });
  return known;
}

async function person(the: TemporaryConsole, name: string): Promise<Person> {
  const { privatePem, publicRawBase64 } = generateSigningKey();
  const key_id = `${name}-1`;
  await editKeyring(keyringPath(the.system.loaded.dataDir), (ring) => ({
    ...ring,
    keys: [
      ...ring.keys,
      {
        ...{ key_id, purpose: 'approver', algorithm: 'ed25519', public_key: publicRawBase64 },
        ...{ not_before: '2020-01-01T00:00:00.000Z', revoked_at: null, principal: name, groups: [] },
      },
    ],
  }));
  const api = the.key(name, roles, 'all');
  const signed = async (path: string, asked: object): Promise<Signed> => {
    const { status, body } = await the.ask(api, path, { body: { ...asked, key_id } });
    if (status !== 200) throw new TypeError(`${path} answered ${status}: ${JSON.stringify(body)}`);
    const signature = sign(null, Buffer.from(body.pae_base64, 'base64'), createPrivateKey(privatePem));
    return { ...body.claims, signature: signature.toString('base64') };
  };
  return {
    ...{ name, api },
    order: (action, reason = 'because') => signed('/v1/commands/to-sign', { action, reason }),
    word: (runId, verdict, withdraws) =>
      signed(`/v1/runs/${runId}/approvals/to-sign`, {
        ...{ verdict, operations: 'all', withdraws: withdraws ?? null },
      }),
  };
}
