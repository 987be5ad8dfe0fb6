import type { ReactNode } from 'react';
import './badge.css';

/** Gold: blocked and safe. Blue: waiting or under way. Green: done as authorized. Red: look at it. */
export type Tone = 'neutral' | 'gold' | 'blue' | 'green' | 'red';

export interface BadgeProps {
  readonly tone?: Tone;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A state in a word; the word says it, the colour only helps. */
export function Badge({ tone = 'neutral', title, children }: BadgeProps) {
  return (
    <span className={`badge tone-${tone}`} title={title}>
      {children}
    </span>
  );
}
