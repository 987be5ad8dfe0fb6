import { PrincipalId, TenantId } from '@marketops/contracts';
import { loadSettings } from '@marketops/engine';
import {
  type ApiGrant,
  type ApiRole,
  apiKeyState,
  makeApiKey,
  openApiKeys,
  type StoredApiKey,
} from '@marketops/operator/api-keys';
import { parsed } from '@marketops/operator/words';
import type { Invocation } from '../command.js';
import type { ApiKeyAddFlags } from '../commands/api-key.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { table } from '../render/table.js';
import { sanitize } from '../sanitize.js';

const dayMs = 86_400_000;

export async function apiKeyAdd(
  { output, env, configPath }: Invocation,
  [text = '']: readonly string[],
  { role, tenant, name = 'made by the command', days }: ApiKeyAddFlags,
): Promise<number> {
  const principal = parsed(PrincipalId, 'the principal', text);
  const tenants = tenant?.map((one) => parsed(TenantId, '--tenant', one)) ?? 'all';
  const grants: ApiGrant[] = [{ tenants, roles: [...new Set(role)] as ApiRole[] }];
  const { dataDir } = loadSettings(configPath, env);
  const made = makeApiKey(
    { name: name.slice(0, 100), principal, grants, created_by: principal },
    { nowMs: Date.now(), lifeMs: days * dayMs },
  );
  openApiKeys(dataDir).add(made);
  output.document({ ...asJson(made.stored), secret: made.secret });
  output.line(made.secret);
  output.note(
    `Good until ${made.stored.expires_at}. It is shown this once: keep it where only ${principal} reads it.`,
  );
  await Promise.resolve();
  return exitCodes.held;
}

export async function apiKeyList({ output, env, configPath }: Invocation): Promise<number> {
  const keys = openApiKeys(loadSettings(configPath, env).dataDir).list();
  output.document({ keys: keys.map(asJson) });
  if (keys.length === 0) output.line('There is no key of the HTTP API yet: marketops api-key add.');
  else {
    const rows = keys.map((key) => [
      key.id,
      sanitize(key.principal),
      key.grants.map(grantText).join('; '),
      apiKeyState(key, Date.now()),
      key.expires_at,
      sanitize(key.name),
    ]);
    output.line(table(output, ['key', 'principal', 'may', 'is', 'until', 'for'], rows));
  }
  await Promise.resolve();
  return exitCodes.held;
}

export async function apiKeyRevoke(
  { output, env, configPath }: Invocation,
  [id = '']: readonly string[],
): Promise<number> {
  const revoked = openApiKeys(loadSettings(configPath, env).dataDir).revoke(id, Date.now());
  if (revoked === undefined)
    throw new CliError('usage_invalid', `there is no key ${sanitize(id)} of the HTTP API`, {
      next: 'Copy its id from marketops api-key list.',
    });
  output.document(asJson(revoked));
  output.line(`Revoked: ${revoked.id}, of ${revoked.principal}.`);
  await Promise.resolve();
  return exitCodes.held;
}

const grantText = ({ tenants, roles }: ApiGrant): string =>
  `${roles.join(', ')} for ${tenants === 'all' ? 'every tenant' : tenants.join(', ')}`;

const asJson = ({ secret_sha256: _, version: __, ...key }: StoredApiKey) => ({
  ...key,
  state: apiKeyState(key, Date.now()),
});
