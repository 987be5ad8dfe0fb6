import type { ReactNode } from 'react';
import { faultWords } from '../data/problem.js';
import { shown } from '../text/shown.js';
import { Banner } from './banner.js';
import './state.css';

export interface EmptyProps {
  /** What there is none of, as a sentence. */
  readonly title: string;
  /** When there would be some, and what to do for it. */
  readonly children?: ReactNode;
}

/** Nothing to show, and why that may be. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children === undefined ? null : <div className="muted">{children}</div>}
    </div>
  );
}

export interface ErrorStateProps {
  /** What was being done: "The runs could not be loaded". */
  readonly title: string;
  readonly error: unknown;
  readonly retry?: (() => void) | undefined;
}

/** What happened, and what to do about it, in the API's own words where it said some. */
export function ErrorState({ title, error, retry }: ErrorStateProps) {
  const { message, next, code } = faultWords(error);
  return (
    <Banner
      tone="red"
      role="alert"
      title={title}
      aside={code === undefined ? undefined : <code>{shown(code)}</code>}
    >
      <p>{shown(message)}</p>
      {next === undefined ? null : <p>{shown(next)}</p>}
      {retry === undefined ? null : (
        <p className="state-retry">
          <button type="button" onClick={retry}>
            Try again
          </button>
        </p>
      )}
    </Banner>
  );
}

/** Work under way; said politely to assistive technology, and seen only when it takes long. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p className="state loading muted" role="status">
      Loading {what} …
    </p>
  );
}
