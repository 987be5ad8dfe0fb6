import {
  type ExternalHalf,
  loadConfig,
  type Rotation,
  rotateReceiptHmac,
  rotateSigningKey,
} from '@marketops/engine';
import type { Invocation } from '../command.js';
import { parseHolding } from '../commands/keys-options.js';
import type { RotateFlags } from '../commands/keys-rotate.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export const keysRotate = (
  invocation: Invocation,
  args: readonly string[],
  flags: RotateFlags,
): Promise<number> => make(invocation, args, flags, flags.overlap);

export const keysGenerate = (
  invocation: Invocation,
  args: readonly string[],
  flags: Omit<RotateFlags, 'overlap'>,
): Promise<number> => make(invocation, args, flags, undefined);

async function make(
  { output, env, configPath }: Invocation,
  args: readonly string[],
  flags: Omit<RotateFlags, 'overlap'>,
  overlapMs: number | undefined,
): Promise<number> {
  const { service, purpose } = parseHolding(args);
  const { dataDir } = loadConfig(configPath, env);
  const external = externalHalf(flags);
  const now = new Date();
  let made: Rotation;
  if (purpose === 'receipt-hmac') {
    if (overlapMs === undefined || external !== undefined) throw onlyRotated();
    made = await rotateReceiptHmac({ dataDir, now, overlapMs });
  } else {
    if (external !== undefined && purpose !== 'mint') throw onlyTheMint();
    made = await rotateSigningKey({ dataDir, service, purpose, now, overlapMs, external });
  }
  const { keyId, replaced, notAfter, files } = made;
  output.document({ key_id: keyId, service, purpose, replaced, not_after: notAfter ?? null, files });
  output.line(`${keyId} is the new ${purpose} key of ${service}.`);
  for (const id of replaced) output.line(`${sanitize(id)} counts until ${notAfter}.`);
  for (const file of files) output.line(`  ${sanitize(shownPath(file))}`);
  output.note('Running services take it up within seconds. Other machines need keyring.json, and it first.');
  return exitCodes.held;
}

function externalHalf({ publicKey, external }: Omit<RotateFlags, 'overlap'>): ExternalHalf | undefined {
  if (publicKey !== undefined && external !== undefined) return { publicKey, command: external };
  if (publicKey === undefined && external === undefined) return undefined;
  throw new CliError('usage_invalid', '--public-key and --external go together', {
    next: 'Name the public half and the program that signs with the private half.',
  });
}

const onlyRotated = (): CliError =>
  new CliError(
    'usage_invalid',
    'receipt-hmac is a shared secret: it can only be rotated, and lies in files',
    {
      next: 'marketops keys rotate federation receipt-hmac',
    },
  );

const onlyTheMint = (): CliError =>
  new CliError('usage_invalid', 'only the mint’s key may be held by an external signer', {
    next: 'Others sign in the middle of synchronous work: leave --external out.',
  });
