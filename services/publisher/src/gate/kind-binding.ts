import { type Answer, notAsked, pass, quoted, refuse } from './answer.js';
import type { GateContext } from './context.js';

/** Check 7: the receipt was minted for this kind of operation, and the operation is of that kind (laws P1, P3). */
export function checkKindBinding({ presented, receipt, stream, operation }: GateContext): Answer {
  if (receipt === undefined) return notAsked;
  const kinds = [
    presented.operationKind,
    stream?.state.planned?.data.operation_kind,
    operation.status === 'loaded' ? operation.operation.kind : undefined,
  ];
  // What is not there to compare is refused by check 8.
  const other = kinds.find((kind) => kind !== undefined && kind !== receipt.operation_kind);
  if (other === undefined) return pass;
  return refuse(
    'kind_differs',
    `The receipt authorizes ${receipt.operation_kind} and was presented for ${quoted(other ?? undefined)}.`,
    'A receipt authorizes one kind of operation. Submit a plan for the other one.',
  );
}
