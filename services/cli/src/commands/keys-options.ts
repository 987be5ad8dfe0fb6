import { type Actor, Actor as ActorSchema } from '@marketops/contracts';
import { InvalidArgumentError, Option } from 'commander';
import { CliError } from '../errors.js';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const overlapMsMax = 90 * unitMs.d;

/** An option that takes a time such as `25h` or `90s`, in milliseconds. */
export const overlapOption = (): Option =>
  new Option('--overlap <time>', 'how long the old key still counts: 90s, 30m, 25h, 7d')
    .default(25 * unitMs.h, '25h')
    .argParser((text) => {
      const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
      const ms = Number(count) * unitMs[(unit ?? 's') as keyof typeof unitMs];
      if (unit !== undefined && ms <= overlapMsMax) return ms;
      throw new InvalidArgumentError('It must be a time such as 25h, at most 90d.');
    });

const purposes = ['actor', 'mint', 'acknowledgement', 'checkpoint', 'receipt-hmac'] as const;
export type RotatedPurpose = (typeof purposes)[number];

/** Who may hold what: a key elsewhere would undo the separation of planning, authorization and execution (law F4). */
const holders: Readonly<Record<RotatedPurpose, readonly Actor[]>> = {
  actor: ActorSchema.options,
  mint: ['federation'],
  acknowledgement: ['ledger'],
  checkpoint: ['ledger'],
  'receipt-hmac': ['federation', 'publisher'],
};

/** @throws CliError `usage_invalid` */
export function parseHolding([service = '', purpose = '']: readonly string[]): {
  readonly service: Actor;
  readonly purpose: RotatedPurpose;
} {
  const found = purposes.find((one) => one === purpose);
  const actor = ActorSchema.safeParse(service);
  if (found !== undefined && actor.success && holders[found].includes(actor.data))
    return { service: actor.data, purpose: found };
  throw new CliError('usage_invalid', `${service} has no ${purpose} key`, {
    next: 'A service and a purpose: <any> actor, federation mint, ledger acknowledgement, ledger checkpoint, federation receipt-hmac.',
  });
}
