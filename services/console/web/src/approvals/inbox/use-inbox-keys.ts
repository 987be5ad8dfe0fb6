import { useNavigate } from '@tanstack/react-router';
import { useKeys } from '../../data/keys.js';

/** j and k go through the inbox, as through every list. */
export function useInboxKeys(runIds: readonly string[], chosen: string | undefined): void {
  const navigate = useNavigate();
  const at = chosen === undefined ? -1 : runIds.indexOf(chosen);
  const goTo = (index: number) => {
    const run = runIds[Math.max(0, Math.min(runIds.length - 1, index))];
    if (run !== undefined) void navigate({ to: '/approvals', search: { run } });
  };
  useKeys([
    { key: 'j', label: 'Next run', run: () => goTo(at + 1) },
    { key: 'k', label: 'Previous run', run: () => goTo(at - 1) },
  ]);
}
