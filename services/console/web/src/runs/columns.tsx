import type { RunRow, Session } from '@marketops/client';
import { Link } from '@tanstack/react-router';
import { Badge, type Column, CopyId, Time } from '../components/index.js';
import { tenantsOf } from '../data/session.js';
import { codeWords, flagWord, kindWord, modeWord, statusWord } from '../text/run-words.js';
import { shown } from '../text/shown.js';
import { plural, shortened } from '../text/words.js';

/** `2 releases, 1 tag` is more than fits; which kinds there are and how many operations is what tells runs apart. */
function whatText({ kinds, counts }: RunRow): string {
  const names = kinds.map(kindWord).join(', ');
  return counts.operations > kinds.length ? `${names} (${counts.operations})` : names;
}

/** How far it has come, where that is not what its status says. */
function countsText({ counts }: RunRow): string {
  const { operations, succeeded, failed, blocked, skipped, uncertain } = counts;
  const said = [
    succeeded > 0 && succeeded < operations && `${succeeded} of ${operations} done`,
    failed > 0 && `${failed} failed`,
    blocked > 0 && blocked < operations && `${blocked} blocked`,
    skipped > 0 && `${skipped} skipped`,
    uncertain > 0 && `${uncertain} uncertain`,
  ];
  return said.filter((part) => part !== false).join(', ');
}

const run: Column<RunRow> = {
  id: 'run',
  title: 'Run',
  width: '11.2rem',
  cell: ({ run_id }) => (
    <>
      <Link to="/runs/$runId" params={{ runId: run_id }} className="mono" title={shown(run_id)} tabIndex={-1}>
        {shown(shortened(run_id, 7, 6))}
      </Link>
      <CopyId id={run_id} label="run id" icon />
    </>
  ),
};

const mode: Column<RunRow> = {
  id: 'mode',
  title: 'Mode',
  width: '5.2rem',
  cell: (row) => {
    const { text, tone, means } = modeWord(row.mode);
    return (
      <Badge tone={tone} title={means}>
        {text}
      </Badge>
    );
  },
};

const status: Column<RunRow> = {
  id: 'status',
  title: 'Status',
  width: 'minmax(10.5rem, 1fr)',
  cell: (row) => {
    const { text, tone, means } = statusWord(row.status);
    return (
      <>
        <Badge tone={tone} title={means}>
          {text}
        </Badge>
        {row.flags.map((flag) => {
          const word = flagWord(flag);
          return (
            <Badge key={flag} tone={word.tone} title={word.means}>
              {word.text}
            </Badge>
          );
        })}
      </>
    );
  },
};

const repository: Column<RunRow> = {
  id: 'repository',
  title: 'Repository',
  width: 'minmax(8.5rem, 1.3fr)',
  cell: ({ repositories }) => {
    const names = repositories.map((name) => shown(name));
    const [first = '', ...others] = names;
    return (
      <span className="cut" title={names.join('\n')}>
        {others.length === 0 ? first : `${first} and ${plural(others.length, 'other')}`}
      </span>
    );
  },
};

const what: Column<RunRow> = {
  id: 'what',
  title: 'What',
  width: 'minmax(7rem, 1.2fr)',
  cell: (row) => <span className="cut">{whatText(row)}</span>,
};

const tenant: Column<RunRow> = {
  id: 'tenant',
  title: 'Tenant',
  width: 'minmax(4.8rem, 0.5fr)',
  cell: ({ tenant_id }) => <span className="cut">{shown(tenant_id)}</span>,
};

const principal: Column<RunRow> = {
  id: 'principal',
  title: 'Asked by',
  width: 'minmax(4.8rem, 0.5fr)',
  cell: (row) => <span className="cut">{row.principal === null ? '' : shown(row.principal)}</span>,
};

const why: Column<RunRow> = {
  id: 'why',
  title: 'Why not shipped',
  width: 'minmax(9rem, 1.2fr)',
  cell: (row) => {
    const text = [row.why === null ? '' : codeWords(shown(row.why)), countsText(row)]
      .filter(Boolean)
      .join(' · ');
    return (
      <span className="cut" title={text}>
        {text}
      </span>
    );
  },
};

const created: Column<RunRow> = {
  id: 'created',
  title: 'Asked for',
  width: '9.8rem',
  align: 'end',
  cell: ({ created_at }) => <Time at={created_at} as="near" />,
};

/** The tenant is shown to whoever sees more than one. */
export function columnsFor(session: Session): readonly Column<RunRow>[] {
  const tenants = tenantsOf(session);
  const several = tenants === 'all' || tenants.length > 1;
  return [run, mode, status, repository, what, ...(several ? [tenant] : []), principal, why, created];
}
