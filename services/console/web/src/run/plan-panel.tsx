import type { Change, PlannedOperation, Reason, RunDetail } from '@marketops/client';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Badge, CopyId, Diff, Empty, ErrorState, Loading, Panel } from '../components/index.js';
import { codeWords, kindWord } from '../text/run-words.js';
import { shown } from '../text/shown.js';
import { planQuery } from './queries.js';

/** The publication plan as what will change; beside another run's plan, as the difference. */
export function PlanPanel({ run }: { readonly run: RunDetail }) {
  const [against, setAgainst] = useState<string>();
  // Once it has ended nothing more will change, whether or not it did.
  const title = run.outcome === null && run.rejected === null ? 'What will change' : 'What was planned';
  const plan = useQuery({
    ...planQuery(run.run_id, run.plan_digest, against),
    enabled: run.plan_digest !== null,
  });
  if (run.plan_digest === null) {
    return (
      <Panel title={title}>
        <Empty title="There is no plan.">
          {run.rejected === null ? 'The planner has not answered yet.' : 'The request could not be planned.'}
        </Empty>
      </Panel>
    );
  }
  const { data } = plan;
  return (
    <Panel title={title} aside={<CopyId id={run.plan_digest} label="plan digest" />}>
      {plan.isPending ? <Loading what="the plan" /> : null}
      {plan.isError ? <ErrorState title="The plan could not be read" error={plan.error} /> : null}
      {data === undefined ? null : (
        <>
          <p className="muted small">
            {data.would_ship} would ship, {data.would_not_ship} would not.{' '}
            {data.compared_with === null
              ? 'Compared with nothing: everything is new.'
              : `Compared with the plan of ${shown(data.compared_with)}.`}
          </p>
          {data.operations.map((operation) => (
            <Planned key={operation.operation_id} operation={operation} />
          ))}
          <CompareForm against={against} onCompare={setAgainst} />
        </>
      )}
    </Panel>
  );
}

function Planned({ operation }: { readonly operation: PlannedOperation }) {
  const { operation_id: id, kind, repository, depends_on: dependsOn, changes } = operation;
  // A missing prerequisite is also a reason why it would not ship: it is said once.
  const missing = new Set(operation.missing_prerequisites.map(({ code, message }) => `${code} ${message}`));
  const otherReasons = operation.reasons.filter(({ code, message }) => !missing.has(`${code} ${message}`));
  return (
    <article className="planned" aria-label={shown(id)}>
      <div className="row">
        <strong>{shown(id)}</strong>
        <Badge>{kindWord(kind)}</Badge>
        <span className="mono">{shown(repository)}</span>
        {operation.blocked_by_mode ? <Badge tone="gold">blocked by mode</Badge> : null}
        {operation.would_ship ? null : <Badge tone="red">would not ship</Badge>}
        {operation.operation_digest === null ? null : (
          <CopyId id={operation.operation_digest} label="operation digest" />
        )}
      </div>
      <p>{shown(operation.effect)}</p>
      {dependsOn.length === 0 ? null : (
        <p className="muted small">After {dependsOn.map((one) => shown(one)).join(', ')} has succeeded</p>
      )}
      <Reasons title="A prerequisite is missing" reasons={operation.missing_prerequisites} />
      <Reasons title="It would not ship" reasons={operation.would_ship ? [] : otherReasons} />
      <Changes operationId={id} changes={changes} />
    </article>
  );
}

function Reasons({ title, reasons }: { readonly title: string; readonly reasons: readonly Reason[] }) {
  return reasons.length === 0 ? null : (
    <ul className="why-list">
      {reasons.map(({ code, message, remedy }) => (
        <li key={`${code} ${message}`} className="why why-red">
          <span>
            <strong>{title}:</strong> {shown(message)} <code className="muted">{shown(code)}</code>
          </span>
          <span className="muted">{shown(remedy)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Short values as a table, old and new; texts as a diff of lines. */
function Changes({
  operationId,
  changes,
}: {
  readonly operationId: string;
  readonly changes: readonly Change[];
}) {
  // A text that is empty on both sides is said in a word.
  const isText = ({ form, before, after }: Change) => form === 'text' && Boolean(before || after);
  const values = changes.filter((change) => !isText(change));
  const texts = changes.filter(isText);
  return (
    <>
      {values.length === 0 ? null : (
        <table className="change-table">
          <caption className="unseen">What {shown(operationId)} changes</caption>
          <tbody>
            {values.map((change) => (
              <tr key={change.field}>
                <th scope="row">{codeWords(shown(change.field))}</th>
                <td>
                  <Value change={change} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {texts.map(({ field, before, after }) => (
        <div key={field} className="stack">
          <h3 className="muted small">{codeWords(shown(field))}</h3>
          <Diff label={`${shown(field)} of ${shown(operationId)}`} before={before} after={after} />
        </div>
      ))}
    </>
  );
}

function Value({ change: { field, before, after, form } }: { readonly change: Change }) {
  const value = (text: string) =>
    form === 'digest' ? <CopyId id={text} label={shown(field)} /> : <span>{shown(text, 1_000)}</span>;
  if (before === null || before === after)
    return after === null || after === '' ? <span className="muted">none</span> : value(after);
  return (
    <>
      <del className="change-old">{value(before)}</del> {after === null ? <em>removed</em> : value(after)}
    </>
  );
}

interface CompareFormProps {
  readonly against: string | undefined;
  readonly onCompare: (runId: string | undefined) => void;
}

function CompareForm({ against, onCompare }: CompareFormProps) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onCompare(text.trim() === '' ? undefined : text.trim());
  };
  return (
    <form className="row" onSubmit={submit}>
      <label className="row small">
        Compare with the plan of
        <input
          className="mono"
          placeholder="run_…"
          spellCheck={false}
          maxLength={40}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit">Compare</button>
      {against === undefined ? null : (
        <button
          type="button"
          className="plain"
          onClick={() => {
            setText('');
            onCompare(undefined);
          }}
        >
          Clear
        </button>
      )}
    </form>
  );
}
