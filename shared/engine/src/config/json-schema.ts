import { z } from 'zod';
import { MarketOpsConfig } from './schema.js';

/** A JSON Schema (draft 2020-12) of what `marketops.yml` may say, with the meaning of each key as its `description`. */
export const configJsonSchema = (): Record<string, unknown> =>
  z.toJSONSchema(MarketOpsConfig, { io: 'input', unrepresentable: 'any' });
