import type { OperatorAction, OperatorCommand } from '@marketops/contracts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { FaultBanner } from '../../approvals/key/fault-banner.js';
import { KeyField } from '../../approvals/key/key-field.js';
import { useSigningKey } from '../../approvals/key/use-signing-key.js';
import { Dialog } from '../../components/dialog.js';
import { useSession } from '../../data/session.js';
import { shown } from '../../text/shown.js';
import { signedOrder } from './give-order.js';
import { orderFacts } from './order-facts.js';

export interface OrderDialogProps<Answer> {
  readonly title: string;
  /** What it does, and what it does not. */
  readonly explain: ReactNode;
  /** Of the button that gives it: "Sign and freeze". */
  readonly button: string;
  readonly action: OperatorAction;
  readonly carry: (command: OperatorCommand) => Promise<Answer>;
  readonly onDone: (answer: Answer) => void;
  readonly onClose: () => void;
}

const reasonCharsMax = 500;

/** An order, member by member, with its reason: signed here by the operator's own key, and carried by the server. */
export function OrderDialog<Answer>(props: OrderDialogProps<Answer>) {
  const { title, explain, button, action, carry, onDone, onClose } = props;
  const { principal, audience } = useSession();
  const signing = useSigningKey();
  const form = useId();
  const [reason, setReason] = useState('');
  const give = useMutation({
    mutationFn: async () =>
      carry(await signedOrder(action, reason.trim(), { principal, audience }, signing.signer())),
    onSuccess: onDone,
  });
  const ready = reason.trim() !== '' && signing.chosen !== undefined && signing.hand !== 'file';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) give.mutate();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      wide
      actions={
        <>
          <button type="button" onClick={onClose} disabled={give.isPending}>
            Not now
          </button>
          <button type="submit" form={form} className="danger" disabled={!ready || give.isPending}>
            {give.isPending ? 'Signing and carrying …' : button}
          </button>
        </>
      }
    >
      <div>{explain}</div>
      <dl className="facts">
        {orderFacts(action).map(({ name, value }) => (
          <div key={`${name} ${value}`} className="contents">
            <dt>{name}</dt>
            <dd>{shown(value)}</dd>
          </div>
        ))}
        <dt>ordered by</dt>
        <dd>
          {shown(principal)}, in {shown(audience.environment)}; it counts for a few minutes, and once
        </dd>
      </dl>
      <form id={form} className="stack" onSubmit={submit}>
        <label className="field">
          <span>Reason: it stands in the ledger for good</span>
          <input
            required
            maxLength={reasonCharsMax}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
      </form>
      <KeyField signing={signing} />
      {give.error === null ? null : <FaultBanner title="Nothing was ordered" fault={give.error} />}
    </Dialog>
  );
}
