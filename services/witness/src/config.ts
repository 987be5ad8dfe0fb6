import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CryptoPort, isNoteKeyName, type NoteVerifier, noteVerifier } from '@marketops/proof';
import { z } from 'zod';
import { WitnessError } from './errors.js';

const configBytesMax = 1_048_576;

/** The witness's one file, JSON. */
const WitnessConfig = z.strictObject({
  /** Who it is: a name like a URL without a scheme. */
  name: z.string().max(200).refine(isNoteKeyName, 'must be a name without spaces and plus signs'),
  host: z.string().min(1).max(255).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8096),
  /** Where its key and its memory are, relative to the file. */
  data: z.string().min(1).max(1_000),
  logs: z
    .array(
      z.strictObject({
        origin: z.string().min(1).max(200),
        /** Verifier keys; during a rotation the old one and the new one. */
        keys: z.array(z.string().max(2_000)).min(1).max(10),
      }),
    )
    .min(1)
    .max(1_000),
});

export interface WitnessSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly logs: ReadonlyMap<string, readonly NoteVerifier[]>;
}

/** @throws WitnessError `witness_config_invalid`, with every fault of its form at once; ProofError `key_invalid` */
export function readConfig(path: string, crypto: CryptoPort): WitnessSettings {
  let value: unknown;
  try {
    if (statSync(path).size > configBytesMax) throw new Error('it is too large');
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WitnessError('witness_config_invalid', `${path} cannot be read: ${reason}.`, { cause });
  }
  const parsed = WitnessConfig.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`);
    throw new WitnessError('witness_config_invalid', `${path} is not valid: ${faults.join('; ')}.`);
  }
  const { name, host, port, data, logs } = parsed.data;
  const byOrigin = new Map(
    logs.map(({ origin, keys }) => [origin, keys.map((key) => noteVerifier(crypto, key))] as const),
  );
  if (byOrigin.size !== logs.length)
    throw new WitnessError('witness_config_invalid', `${path} names a log twice.`);
  return { name, host, port, dataDir: resolve(dirname(path), data), logs: byOrigin };
}
