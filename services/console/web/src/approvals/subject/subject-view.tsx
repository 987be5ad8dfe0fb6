import type { Operation, PublicationPlan } from '@marketops/contracts';
import { Badge } from '../../components/badge.js';
import { Banner } from '../../components/banner.js';
import { CopyId } from '../../components/copy-id.js';
import { shown, shownLines } from '../../text/shown.js';
import { plural } from '../../text/words.js';
import { operationFacts } from './operation-facts.js';
import type { Subject } from './subject.js';

export interface SubjectViewProps {
  readonly subject: Subject;
  /** The operations that are asked about; the others are shown, and said to be. */
  readonly asked: readonly string[];
}

/** Exactly what would be signed: nothing of it stands behind a digest that was not derived from what is shown. */
export function SubjectView({ subject, asked }: SubjectViewProps) {
  if (subject.is === 'hidden')
    return (
      <Banner tone="gold" title="This cannot be signed here">
        <p>{shown(subject.why)}</p>
        <p>Nobody signs what was not shown to them. Sign it where it can be read: marketops approve</p>
      </Banner>
    );
  const { plan, operations, faults } = subject;
  return (
    <>
      {faults.length === 0 ? (
        <p className="row">
          <Badge tone="green">derived again in this browser</Badge>
          <span className="muted">
            the digest of the plan and of {plural(operations.size, 'operation')}, from what is shown here
          </span>
        </p>
      ) : (
        <Banner tone="red" role="alert" title="Do not sign: this is not what was planned">
          {faults.map((fault) => (
            <p key={fault}>{shown(fault)}</p>
          ))}
        </Banner>
      )}
      {plan.operations.map((planned) => (
        <OperationCard
          key={planned.operation_id}
          planned={planned}
          operation={operations.get(planned.operation_id)}
          asked={asked.includes(planned.operation_id)}
        />
      ))}
    </>
  );
}

interface OperationCardProps {
  readonly planned: PublicationPlan['operations'][number];
  readonly operation: Operation | undefined;
  readonly asked: boolean;
}

function OperationCard({ planned, operation, asked }: OperationCardProps) {
  const { operation_id: id, kind, repository, operation_digest: digest, missing_prerequisites } = planned;
  if (operation === undefined)
    return (
      <article className="subject" aria-label={`Operation ${id}`}>
        <h3>
          {shown(id)}: {kind} in {shown(repository)}
        </h3>
        <p className="muted">
          It does not ship:{' '}
          {missing_prerequisites.map(({ message }) => shown(message)).join('; ') ||
            'a prerequisite is missing'}
          .
        </p>
      </article>
    );
  const { title, facts, text } = operationFacts(operation);
  return (
    <article className="subject" aria-label={`Operation ${id}`}>
      <header className="row spread">
        <h3>{shown(title)}</h3>
        <span className="row">
          <code>{shown(id)}</code>
          {asked ? null : <Badge>not asked about</Badge>}
        </span>
      </header>
      <dl className="facts">
        {facts.map(({ name, value, mono }) => (
          <div key={`${name} ${value}`} className="subject-fact">
            <dt>{name}</dt>
            <dd className={mono === true ? 'mono' : undefined}>{shown(value)}</dd>
          </div>
        ))}
        <div className="subject-fact">
          <dt>digest</dt>
          <dd>{digest === null ? '–' : <CopyId id={digest} label="operation digest" whole />}</dd>
        </div>
      </dl>
      {text === undefined ? null : (
        <figure className="subject-text">
          <figcaption className="muted small">{text.label}</figcaption>
          {text.body === '' ? <p className="muted">empty</p> : <pre>{shownLines(text.body)}</pre>}
        </figure>
      )}
    </article>
  );
}
