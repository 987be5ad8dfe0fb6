import { useState } from 'react';
import { shown } from '../../text/shown.js';
import { carryReconcile } from '../orders/carry-order.js';
import { OrderDialog } from '../orders/order-dialog.js';

export interface ReconcileDialogProps {
  readonly runId: string;
  readonly operationId: string;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

const choices = [
  { found: 'look', text: 'Have it looked up again' },
  { found: 'effect', text: 'I have looked: its effect is there' },
  { found: 'absent', text: 'I have looked: there is no effect' },
] as const;

/** What became of an operation of which nobody knows. A look-up that can tell always decides. */
export function ReconcileDialog({ runId, operationId, onClose, onDone }: ReconcileDialogProps) {
  const [found, setFound] = useState<(typeof choices)[number]['found']>('look');
  return (
    <OrderDialog
      title={`Reconcile ${shown(operationId)}`}
      button="Sign and reconcile"
      explain={
        <fieldset className="stack plain-fields">
          <legend className="muted">
            The publisher looks it up again, whatever you say: where that can tell, it decides. Where it
            cannot, your word stands, with your name.
          </legend>
          {choices.map((choice) => (
            <label key={choice.found} className="row">
              <input
                type="radio"
                name="found"
                checked={found === choice.found}
                onChange={() => setFound(choice.found)}
              />
              {choice.text}
            </label>
          ))}
        </fieldset>
      }
      action={{ kind: 'reconcile', run_id: runId, operation_id: operationId, found }}
      carry={carryReconcile(runId, operationId)}
      onClose={onClose}
      onDone={() =>
        onDone(
          `Ordered: the publisher looks up ${shown(operationId)}. Its answer appears here and in the run.`,
        )
      }
    />
  );
}
