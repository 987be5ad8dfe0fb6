import { z } from 'zod';
import { bundlePayloadType, ProofEnvelope, ProofStatement } from './format.js';

/** JSON Schema (draft 2020-12) of a bundle's file, and in `contentSchema` of the statement inside. Published in docs/schemas. */
export function bundleJsonSchema(): unknown {
  const { $schema: _, ...statement } = z.toJSONSchema(ProofStatement, { io: 'input' });
  const { properties, ...envelope } = z.toJSONSchema(ProofEnvelope, { io: 'input' });
  return {
    ...envelope,
    title: 'A proof bundle of MarketOps, version 1',
    properties: {
      ...properties,
      payload: {
        ...(properties?.['payload'] as object),
        contentMediaType: bundlePayloadType,
        contentSchema: statement,
      },
    },
  };
}
