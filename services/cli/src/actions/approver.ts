import { GroupName, KeyId, PrincipalId, type PublicKey } from '@marketops/contracts';
import { editKeyring, keyringPath, loadConfig } from '@marketops/engine';
import {
  type HolderKind,
  holderOf,
  keyPath,
  listKey,
  listPasskey,
  makeKeyFile,
  withRevocation,
} from '@marketops/operator';
import { parsed, parseReason, plural } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ApproverAddFlags, RemoveFlags } from '../commands/approver.js';
import { exitCodes } from '../exit-codes.js';
import { renderHolders } from '../render/approver.js';
import { shownPath } from '../shown-path.js';

export async function makeKey(
  { output, env }: Invocation,
  [text = '']: readonly string[],
  { keyFile }: { readonly keyFile?: string },
): Promise<number> {
  const principal = parsed(PrincipalId, 'the principal', text);
  const file = keyFile ?? keyPath(env, 'approver', principal);
  const { keyId, publicKey } = makeKeyFile('approver', file, principal);
  output.document({ principal, key_id: keyId, public_key: publicKey, key_file: file });
  output.line(publicKey);
  output.note(`Its private half is in ${shownPath(file)}: yours alone. Have the public half listed with:`);
  output.note(`  marketops approver add ${principal} --public-key ${publicKey}`);
  return exitCodes.held;
}

export async function addApprover(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
  { group = [], keyFile, publicKey, passkey }: ApproverAddFlags,
): Promise<number> {
  const principal = parsed(PrincipalId, 'the principal', text);
  const groups = [...new Set(group.map((name) => parsed(GroupName, '--group', name)))];
  const loaded = loadConfig(configPath, env);
  const where = groups.length === 0 ? 'in no group' : `in ${groups.join(', ')}`;
  if (passkey !== undefined) {
    const key = await listPasskey(loaded, { principal, groups }, passkey);
    output.document({ principal, groups, key_id: key.key_id, public_key: key.public_key, key_file: null });
    output.line(`${principal} may approve, ${where}: passkey ${key.key_id}`);
    output.note(`It counts where it was used on ${key.origins.join(' or ')}: is that your console?`);
    return exitCodes.held;
  }
  const whose = { kind: 'approver', holder: principal, keyFile, publicKey } as const;
  const key = await listKey(loaded, env, whose, (base) => ({
    ...base,
    purpose: 'approver',
    principal,
    groups,
  }));
  output.document({
    principal,
    groups,
    key_id: key.keyId,
    public_key: key.publicKey,
    key_file: key.file ?? null,
  });
  output.line(`${principal} may approve, ${where}: key ${key.keyId}`);
  if (key.made && key.file !== undefined) {
    output.note(
      `The private half is in ${shownPath(key.file)}. It is ${principal}’s: nobody else should have it.`,
    );
  }
  return exitCodes.held;
}

export const removeApprover = (
  invocation: Invocation,
  [text = '']: readonly string[],
  flags: RemoveFlags,
): Promise<number> => remove(invocation, 'approver', text, flags);

/** Revokes a holder's keys in the keyring, for people and issuers alike. */
export async function remove(
  { output, env, configPath }: Invocation,
  kind: HolderKind,
  text: string,
  { reason, keyId }: RemoveFlags,
): Promise<number> {
  const holder = parsed(PrincipalId, kind === 'approver' ? 'the principal' : 'the issuer', text);
  const because = reason === undefined ? undefined : parseReason(reason);
  const id = keyId === undefined ? undefined : parsed(KeyId, '--key-id', keyId);
  const { dataDir } = loadConfig(configPath, env);
  const at = new Date().toISOString();
  let revoked: readonly string[] = [];
  await editKeyring(keyringPath(dataDir), (ring) => {
    const after = withRevocation(ring, { kind, holder, keyId: id, at, because });
    revoked = after.revoked;
    return after.ring;
  });
  output.document({ [kind === 'approver' ? 'principal' : 'issuer']: holder, revoked, revoked_at: at });
  output.line(`${holder}: ${plural(revoked.length, 'key')} revoked (${revoked.join(', ')})`);
  return exitCodes.held;
}

export async function listApprovers({ output, env, configPath }: Invocation): Promise<number> {
  const { keyring } = loadConfig(configPath, env);
  const rows = keyring.keys.flatMap((key) =>
    key.purpose === 'approver' ? [{ holder: key.principal, scope: key.groups, key }] : [],
  );
  output.document({ approvers: rows.map(({ key }) => asJson(key)) });
  if (rows.length === 0)
    output.line('Nobody may approve yet. marketops approver add <principal> lists the first.');
  else renderHolders(output, ['principal', 'groups'], rows, new Date().toISOString());
  return exitCodes.held;
}

/** As it stands in the keyring, whose it is in front. */
export const asJson = (key: PublicKey) => ({
  holder: holderOf(key, key.purpose === 'evidence' ? 'issuer' : 'approver') ?? null,
  ...key,
});
