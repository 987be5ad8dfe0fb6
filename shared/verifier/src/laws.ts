/** The laws a ledger can be seen to break, in the words of docs/laws.md. */
export const lawTexts = {
  D1: 'dry run blocks all side effects',
  E1: 'streams are gapless, and an acknowledged event never changes',
  E3: 'every event is signed by an actor allowed to say it',
  F1: 'federation is the only mint of enforceable receipts',
  F2: 'policy is enforced before any mint',
  F3: 'signatures are verified before any use',
  L1: 'any change, reorder, removal, cut or fork of the ledger shows',
  L2: 'what the ledger acknowledged survives the loss of everything else',
  L3: 'a stranger with the public keys can verify a proof offline, with tools that are not ours',
  P1: 'no effect without all the checks of the gate, a receipt among them',
  P4: 'a receipt is used once',
  P5: 'an expired receipt is not used',
  P6: 'every outcome is bound to its receipt',
  R1: 'a receipt authorizes exactly one operation, byte for byte',
  X1: 'an effect happens only after the ledger acknowledged its start',
} as const;

export type LawId = keyof typeof lawTexts;
