import type { ReactNode } from 'react';
import type { Tone } from './badge.js';
import './banner.css';

export interface BannerProps {
  readonly tone: Tone;
  readonly title: ReactNode;
  /** `alert` is read out at once: for what must not be missed (a forged signature). */
  readonly role?: 'status' | 'alert' | 'note';
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
}

/** What stands above everything else on a screen, in one colour from edge to edge. */
export function Banner({ tone, title, role = 'note', aside, children }: BannerProps) {
  return (
    <div className={`banner tone-${tone}`} role={role}>
      <div className="banner-line">
        <strong className="banner-title">{title}</strong>
        {aside}
      </div>
      {children === undefined ? null : <div className="banner-body">{children}</div>}
    </div>
  );
}
