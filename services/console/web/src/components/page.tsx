import { type ReactNode, useEffect } from 'react';
import './page.css';

export interface PageProps {
  /** Of the heading and of the browser's tab. */
  readonly title: string;
  /** Where the heading is more than its text. */
  readonly heading?: ReactNode;
  /** What can be done with the page as a whole, at the end of the heading's line. */
  readonly actions?: ReactNode;
  /** `fill`: the page is as high as the window, and a table in it scrolls; otherwise the page scrolls. */
  readonly layout?: 'flow' | 'fill';
  readonly children: ReactNode;
}

/** One screen: its heading, what can be done, its parts below each other. */
export function Page({ title, heading, actions, layout = 'flow', children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · MarketOps`;
  }, [title]);
  return (
    <div className={`page page-${layout}`}>
      <header className="page-head">
        <h1>{heading ?? title}</h1>
        {actions === undefined ? null : <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export interface PanelProps {
  readonly title: string;
  /** Beside the title: a count, a state. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page, with a heading that names it to assistive technology too. */
export function Panel({ title, aside, children }: PanelProps) {
  return (
    <section className="panel" aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {aside}
      </header>
      <div className="panel-body stack">{children}</div>
    </section>
  );
}
