import { type GateCheck, gateCheckNumber, type MarketOpsEvent, type Reason } from '@marketops/contracts';

export type Phase = 'plan' | 'authorize' | 'execute' | 'prove';
export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'dim';

export interface Words {
  readonly phase: Phase;
  readonly tone: Tone;
  /** Not yet safe to print. */
  readonly text: string;
}

export type Of<Type extends MarketOpsEvent['type']> = Extract<MarketOpsEvent, { type: Type }>;

export const because = (reason: Reason): string => `${reason.message} (${reason.code})`;
export const atCheck = (check: GateCheck): string => `check ${gateCheckNumber(check)}, ${check}`;
