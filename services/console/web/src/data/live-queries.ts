import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useLive } from './live.js';

/** Changes within this are read together: a busy run says a dozen things a second, and each reading counts against a limit. */
const gatherMs = 700;

/**
 * Reads anew what the live feed says has changed: everything kept under `['run', <run_id>, …]` and `['live', …]`. A screen that
 * wants to follow the ledger puts its queries under one of the two.
 */
export function useLiveQueries(): void {
  const queries = useQueryClient();
  const gathered = useMemo(() => ({ runs: new Set<string>(), all: false, timer: 0 }), []);
  useEffect(() => () => window.clearTimeout(gathered.timer), [gathered]);
  useLive((message) => {
    if (message.kind === 'missed') gathered.all = true;
    else gathered.runs.add(message.run.run_id);
    if (gathered.timer !== 0) return;
    gathered.timer = window.setTimeout(() => {
      const { all, runs } = gathered;
      Object.assign(gathered, { runs: new Set<string>(), all: false, timer: 0 });
      void queries.invalidateQueries({ queryKey: ['live'] });
      if (all) void queries.invalidateQueries({ queryKey: ['run'] });
      else for (const runId of runs) void queries.invalidateQueries({ queryKey: ['run', runId] });
    }, gatherMs);
  });
}
