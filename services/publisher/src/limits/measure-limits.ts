import type { Clock, Metrics } from '@marketops/engine';
import type { OpenLimits } from './limits.js';

/** Says at each scrape what every account has left, and how much longer it has been asked to pause. */
export function measureLimits(
  metrics: Metrics,
  limits: Pick<OpenLimits, 'statuses'>,
  clock: Pick<Clock, 'nowMs'>,
): void {
  metrics.onScrape('github', async () => {
    metrics.clear('marketops_github_requests_left');
    for (const [name, { windows, reported, pausedUntilMs }] of await limits.statuses()) {
      const account = name.toLowerCase();
      const say = (window: string, left: number): void =>
        metrics.set('marketops_github_requests_left', { account, window }, left);
      for (const { window, left } of windows) say(window, left);
      if (reported !== null) say('reported', reported.remaining);
      const pausedMs = pausedUntilMs === null ? 0 : Math.max(0, pausedUntilMs - clock.nowMs());
      metrics.set('marketops_github_paused_seconds', { account }, pausedMs / 1_000);
    }
  });
}
