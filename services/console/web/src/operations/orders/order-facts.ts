import type { OperatorAction } from '@marketops/contracts';

/** One line of what an order says. */
export interface OrderFact {
  readonly name: string;
  readonly value: string;
}

const found = {
  look: 'the publisher is to look it up again',
  effect: 'by your word, its effect is there',
  absent: 'by your word, there is no effect',
} as const;

/** `everything`, `the repository acme/widgets`: as the command calls it. */
export function scopeText(scope: string): string {
  if (scope === 'all') return 'everything';
  if (scope === 'ledger:room') return 'everything, by the ledger: its disk runs short';
  const [kind = '', name = ''] = scope.split(/:(.*)/s);
  return `the ${kind} ${name}`;
}

/** An order member by member, for who signs it. Pure. */
export function orderFacts(action: OperatorAction): OrderFact[] {
  switch (action.kind) {
    case 'freeze':
      return scopeFacts('freeze', action.scopes);
    case 'unfreeze':
      return [
        ...scopeFacts('lift the freeze of', action.scopes),
        ...(action.freezes ?? []).map((id) => ({ name: 'freeze seen', value: id })),
      ];
    case 'revoke_receipt':
      return [
        { name: 'take back the receipt', value: action.receipt_id },
        ...operationFacts(action.run_id, action.operation_id),
      ];
    case 'reconcile':
      return [
        { name: 'find out what became of', value: found[action.found] },
        ...operationFacts(action.run_id, action.operation_id),
      ];
    case 'redrive':
      return [
        {
          name: 'try again',
          value: action.operations === 'all' ? 'whatever can be' : action.operations.join(', '),
        },
        { name: 'run', value: action.run_id },
      ];
    case 'erase':
      return [{ name: 'destroy for ever what is sealed of', value: action.run_id }];
  }
}

const scopeFacts = (name: string, scopes: readonly string[]): OrderFact[] =>
  scopes.map((scope) => ({ name, value: `${scopeText(scope)} (${scope})` }));

const operationFacts = (runId: string, operationId: string): OrderFact[] => [
  { name: 'operation', value: operationId },
  { name: 'run', value: runId },
];
