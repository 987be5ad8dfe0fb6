import { invariant, type Operation } from '@marketops/contracts';
import { appendMarker, hasMarker, stripMarker } from '@marketops/proof';
import { GatedOperation } from '../gate/gated-operation.js';

/** What is to be done, and the line by which it is found again: a MAC nobody else can make. */
export interface Order<Kind extends Operation = Operation> {
  readonly operation: Kind;
  readonly marker: string;
}

/**
 * Opens what the gate passed, for an executor of one kind. The type says that it came from the gate; this asks the value
 * itself, because types end where JavaScript begins (law P7).
 */
export function orderOf<Name extends Operation['kind']>(
  gated: GatedOperation,
  kind: Name,
  marker: string,
): Order<Extract<Operation, { kind: Name }>> {
  invariant(GatedOperation.is(gated), 'an executor was given something the gate did not make');
  invariant(gated.operation.kind === kind, `an executor for ${kind} was given ${gated.operation.kind}`);
  return { operation: gated.operation as Extract<Operation, { kind: Name }>, marker };
}

/** The text as it is sent: what was authorized, then the marker as its last line. */
export const marked = (text: string, { marker }: Order): string => appendMarker(text, marker);

/** Whether an earlier attempt of ours wrote this. */
export const isOurs = (text: string | null, { marker }: Order): boolean => hasMarker(text ?? '', marker);

/** Whether the text, its marker taken away, is what was authorized. */
export const saysSame = (text: string | null, authorized: string, { marker }: Order): boolean =>
  stripMarker(text ?? '', marker) === authorized;
