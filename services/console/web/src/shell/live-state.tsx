import { useLiveState } from '../data/live.js';

const words = {
  connecting: 'Connecting …',
  live: 'Live',
  away: 'Not live: trying again',
} as const;

/** Whether what is shown follows the ledger. */
export function LiveState() {
  const state = useLiveState();
  return (
    <div className="live-state small" role="status">
      <span className={`live-dot ${state}`} aria-hidden="true" />
      {words[state]}
    </div>
  );
}
