import type { MarketOpsEvent } from '@marketops/contracts';
import type { Refusal } from './scenario.js';
import type { World } from './world.js';

/** An event as what refused an attack, once the ledger has it. */
export const refusedBy = async (
  world: Pick<World, 'sequenceOf'>,
  check: string,
  { id }: Pick<MarketOpsEvent, 'id'>,
  detail: string,
): Promise<Refusal> => ({ check, eventId: id, ledgerSequence: await world.sequenceOf(id), detail });
