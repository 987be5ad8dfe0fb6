import fc from 'fast-check';
import { keyMutation } from './key.js';
import { forgeMutation, mintedMutation } from './minting.js';
import type { Mutation } from './mutation.js';
import { operationMutation, otherOperationMutation } from './operation.js';
import { advisoryMutation, extraFieldMutation, fieldMutation, graftMutation } from './presentation.js';
import { consumedMutation, runMutation, worldMutation } from './run.js';
import { lifetimeMutation, nowMutation } from './time.js';

/** One change of any of them. */
export const anyMutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 40, arbitrary: fieldMutation },
  { weight: 6, arbitrary: extraFieldMutation },
  { weight: 4, arbitrary: graftMutation },
  { weight: 1, arbitrary: advisoryMutation },
  { weight: 2, arbitrary: mintedMutation },
  { weight: 16, arbitrary: operationMutation },
  { weight: 2, arbitrary: otherOperationMutation },
  { weight: 6, arbitrary: runMutation },
  { weight: 4, arbitrary: consumedMutation },
  { weight: 6, arbitrary: worldMutation },
  { weight: 8, arbitrary: nowMutation },
  { weight: 2, arbitrary: lifetimeMutation },
  { weight: 2, arbitrary: forgeMutation },
  { weight: 8, arbitrary: keyMutation },
);
