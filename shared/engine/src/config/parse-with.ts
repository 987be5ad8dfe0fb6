import type { InputFault } from '@marketops/contracts';
import type { z } from 'zod';
import { ConfigError } from '../errors.js';

/** @throws ConfigError `config_invalid` with every fault of the value, each with its place */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults: InputFault[] = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  const shown = faults
    .map((fault) => `${fault.path === '' ? 'the file' : fault.path}: ${fault.message}`)
    .join('; ');
  throw new ConfigError('config_invalid', `${path} is not valid: ${shown}`, {
    next: 'Correct the file at the places named.',
    faults,
  });
}
