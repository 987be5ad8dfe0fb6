import { Fault } from '@marketops/contracts';
import { Banner } from '../../components/banner.js';
import { faultWords } from '../../data/problem.js';
import { shown } from '../../text/shown.js';

export interface FaultBannerProps {
  readonly title: string;
  readonly fault: unknown;
}

/** A refusal, of this browser's own or of the API: what happened, and what to do. */
export function FaultBanner({ title, fault }: FaultBannerProps) {
  const { message, next, code } =
    fault instanceof Fault
      ? { message: fault.message, next: fault.next, code: String(fault.code) }
      : faultWords(fault);
  return (
    <Banner
      tone="red"
      role="alert"
      title={title}
      aside={code === undefined ? undefined : <code>{shown(code)}</code>}
    >
      <p>{shown(message)}</p>
      {next === undefined ? null : <p>{shown(next)}</p>}
    </Banner>
  );
}
