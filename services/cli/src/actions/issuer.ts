import { EvidenceKind, PrincipalId } from '@marketops/contracts';
import { loadConfig } from '@marketops/engine';
import { listKey } from '@marketops/operator';
import { parsed } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { RemoveFlags } from '../commands/approver.js';
import type { IssuerAddFlags } from '../commands/issuer.js';
import { exitCodes } from '../exit-codes.js';
import { renderHolders } from '../render/approver.js';
import { shownPath } from '../shown-path.js';
import { asJson, remove } from './approver.js';

export async function addIssuer(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
  { kind, keyFile, publicKey }: IssuerAddFlags,
): Promise<number> {
  const issuer = parsed(PrincipalId, 'the issuer', text);
  const kinds = [...new Set(kind.map((name) => parsed(EvidenceKind, '--kind', name)))];
  const whose = { kind: 'issuer', holder: issuer, keyFile, publicKey } as const;
  const key = await listKey(loadConfig(configPath, env), env, whose, (base) => ({
    ...base,
    ...{ purpose: 'evidence' as const, issuer, kinds },
  }));
  output.document({
    issuer,
    kinds,
    key_id: key.keyId,
    public_key: key.publicKey,
    key_file: key.file ?? null,
  });
  output.line(`${issuer} may vouch for ${kinds.join(', ')}: key ${key.keyId}`);
  if (key.made && key.file !== undefined) {
    output.note(
      `The private half is in ${shownPath(key.file)}. Move it to where ${issuer} signs, and keep no copy.`,
    );
  }
  return exitCodes.held;
}

export const removeIssuer = (
  invocation: Invocation,
  [text = '']: readonly string[],
  flags: RemoveFlags,
): Promise<number> => remove(invocation, 'issuer', text, flags);

export async function listIssuers({ output, env, configPath }: Invocation): Promise<number> {
  const { keyring } = loadConfig(configPath, env);
  const rows = keyring.keys.flatMap((key) =>
    key.purpose === 'evidence' ? [{ holder: key.issuer, scope: key.kinds, key }] : [],
  );
  output.document({ issuers: rows.map(({ key }) => asJson(key)) });
  if (rows.length === 0)
    output.line('No evidence counts yet. marketops issuer add <name> lists the first issuer.');
  else renderHolders(output, ['issuer', 'kinds'], rows, new Date().toISOString());
  return exitCodes.held;
}
