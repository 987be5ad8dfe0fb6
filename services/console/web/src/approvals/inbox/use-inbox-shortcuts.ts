import { useNavigate } from '@tanstack/react-router';
import { useShortcuts } from '../../data/shortcuts.js';

/** j and k go through the inbox, as through every list. */
export function useInboxShortcuts(runIds: readonly string[], chosen: string | undefined): void {
  const navigate = useNavigate();
  const at = chosen === undefined ? -1 : runIds.indexOf(chosen);
  const goTo = (index: number) => {
    const run = runIds[Math.max(0, Math.min(runIds.length - 1, index))];
    if (run !== undefined) void navigate({ to: '/approvals', search: { run } });
  };
  useShortcuts([
    { key: 'j', label: 'Next run', run: () => goTo(at + 1) },
    { key: 'k', label: 'Previous run', run: () => goTo(at - 1) },
  ]);
}
