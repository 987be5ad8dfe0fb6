import type { RunApprovals } from '@marketops/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { Banner } from '../../components/banner.js';
import { Panel } from '../../components/page.js';
import { useSession } from '../../data/session.js';
import type { ConfirmedApproval } from '../../signing/index.js';
import { shown } from '../../text/shown.js';
import { FaultBanner } from '../key/fault-banner.js';
import { KeyField } from '../key/key-field.js';
import { useSigningKey } from '../key/use-signing-key.js';
import { prepareWord, type Recorded, type ShownSubject, sayWord } from './prepare.js';
import { SayDialog } from './say-dialog.js';
import { sayableBy } from './sayable.js';
import { type Draft, lifetimes, reasonCharsMax, wordOf } from './word.js';

export interface SayFormProps {
  readonly approvals: RunApprovals;
  readonly subject: ShownSubject;
  /** What is asked about; ticked to begin with. */
  readonly asked: readonly string[];
  /**
   * Hears where the ledger has what was said, and undefined when something else is about to be said. It is shown outside of the form,
   * because the last word that was missing lets the run end, and with that the form goes.
   */
  readonly onSaid: (recorded: Recorded | undefined) => void;
}

const verdicts = [
  { verdict: 'grant', text: 'Approve' },
  { verdict: 'deny', text: 'Deny' },
  { verdict: 'withdraw', text: 'Take back my approval' },
] as const;

/** Yes, no, or never mind: signed in this browser, and carried by the server that cannot make it. */
export function SayForm({ approvals, subject, asked, onSaid }: SayFormProps) {
  const { run_id: runId, caller, said } = approvals;
  const { principal, audience } = useSession();
  const signing = useSigningKey();
  const queries = useQueryClient();
  const name = useId();
  const sayable = sayableBy(principal, approvals);
  const planned = subject.plan.operations.map(({ operation_id: id }) => id);
  const grants = said.flatMap(({ approval }) =>
    caller.grants.includes(approval.approval_id)
      ? [{ id: approval.approval_id, operations: approval.operations }]
      : [],
  );
  const [draft, setDraft] = useState<Draft>({
    ...{ verdict: sayable[0] ?? 'deny', ticked: new Set(asked.length === 0 ? planned : asked), reason: '' },
    ...{ withdraws: grants[0], expiresInMs: lifetimes[2].ms },
  });
  const change = (more: Partial<Draft>) => setDraft((before) => ({ ...before, ...more }));
  // While the page is open somebody may decide, or the request run out: what was chosen may be possible no longer.
  const verdict = sayable.includes(draft.verdict) ? draft.verdict : (sayable[0] ?? draft.verdict);
  const made = wordOf({ ...draft, verdict, withdraws: draft.withdraws ?? grants[0] }, planned);

  const [confirmed, setConfirmed] = useState<ConfirmedApproval>();
  const prepare = useMutation({
    mutationFn: async () => {
      const keyId = signing.chosen?.key_id;
      if ('lacks' in made || keyId === undefined) return undefined;
      return prepareWord(runId, made.word, { principal, keyId, audience }, subject);
    },
    onSuccess: setConfirmed,
  });
  const say = useMutation({
    mutationFn: (one: ConfirmedApproval) => sayWord(runId, one, signing.signer()),
    onSuccess: (recorded) => {
      onSaid(recorded);
      setConfirmed(undefined);
      void queries.invalidateQueries({ queryKey: ['run', runId] });
      void queries.invalidateQueries({ queryKey: ['live', 'approvals'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    say.reset();
    onSaid(undefined);
    prepare.mutate();
  };
  const canSign = signing.chosen !== undefined && signing.hand !== 'file';
  return (
    <Panel title="Your word on it">
      {caller.why === null ? null : (
        <Banner tone="gold" title="Your approval would not count" aside={<code>{caller.code}</code>}>
          <p>{shown(caller.why)}</p>
          {sayable.length > 0 ? null : (
            <p>
              To stop it yourself, cancel it:{' '}
              <Link to="/runs/$runId" params={{ runId }}>
                open the run
              </Link>
              .
            </p>
          )}
        </Banner>
      )}
      {sayable.length === 0 ? null : (
        <form className="stack" onSubmit={submit}>
          <fieldset className="row plain-fields">
            <legend className="unseen">What you say</legend>
            {verdicts
              .filter(({ verdict: one }) => sayable.includes(one))
              .map(({ verdict: one, text }) => (
                <label key={one} className="row">
                  <input
                    type="radio"
                    name={name}
                    checked={verdict === one}
                    onChange={() => change({ verdict: one })}
                  />
                  {text}
                </label>
              ))}
          </fieldset>
          {verdict === 'withdraw' ? (
            <GrantChoice grants={grants} draft={draft} change={change} />
          ) : (
            <OperationChoice planned={planned} draft={draft} change={change} />
          )}
          <label className="field">
            <span>Reason{verdict === 'deny' ? '' : ' (optional)'}</span>
            <input
              maxLength={reasonCharsMax}
              value={draft.reason}
              onChange={({ target }) => change({ reason: target.value })}
            />
          </label>
          {verdict === 'grant' ? (
            <label className="row">
              <span>It counts for</span>
              <select
                value={draft.expiresInMs}
                onChange={({ target }) => change({ expiresInMs: Number(target.value) })}
              >
                {lifetimes.map(({ ms, text }) => (
                  <option key={ms} value={ms}>
                    {text}
                  </option>
                ))}
              </select>
            </label>
          ) : null}
          <KeyField signing={signing} />
          <div className="row">
            <button
              type="submit"
              className="primary"
              disabled={'lacks' in made || !canSign || prepare.isPending}
            >
              Review what is signed …
            </button>
            {'lacks' in made ? <span className="muted">{made.lacks}</span> : null}
          </div>
        </form>
      )}
      {prepare.error === null ? null : <FaultBanner title="Nothing was signed" fault={prepare.error} />}
      {confirmed === undefined ? null : (
        <SayDialog
          confirmed={confirmed}
          busy={say.isPending}
          fault={say.error ?? undefined}
          onSign={() => say.mutate(confirmed)}
          onClose={() => setConfirmed(undefined)}
        />
      )}
    </Panel>
  );
}

interface ChoiceProps {
  readonly draft: Draft;
  readonly change: (more: Partial<Draft>) => void;
}

function OperationChoice({ planned, draft, change }: ChoiceProps & { readonly planned: readonly string[] }) {
  const tick = (id: string) => {
    const ticked = new Set(draft.ticked);
    if (!ticked.delete(id)) ticked.add(id);
    change({ ticked });
  };
  return (
    <fieldset className="row plain-fields">
      <legend className="small muted">About</legend>
      {planned.map((id) => (
        <label key={id} className="row">
          <input type="checkbox" checked={draft.ticked.has(id)} onChange={() => tick(id)} />
          {shown(id)}
        </label>
      ))}
    </fieldset>
  );
}

function GrantChoice({
  grants,
  draft,
  change,
}: ChoiceProps & { readonly grants: readonly NonNullable<Draft['withdraws']>[] }) {
  return (
    <label className="row">
      <span>Approval</span>
      <select
        value={draft.withdraws?.id ?? grants[0]?.id}
        onChange={({ target }) => change({ withdraws: grants.find(({ id }) => id === target.value) })}
      >
        {grants.map(({ id, operations }) => (
          <option key={id} value={id}>
            {id}: {operations === 'all' ? 'all operations' : operations.join(', ')}
          </option>
        ))}
      </select>
    </label>
  );
}
