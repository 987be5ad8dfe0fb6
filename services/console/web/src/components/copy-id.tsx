import { useState } from 'react';
import { copyText } from '../data/copy-text.js';
import { shown } from '../text/shown.js';
import { shortened } from '../text/words.js';
import './copy-id.css';

export interface CopyIdProps {
  readonly id: string;
  /** What it is, for whoever hears the page: "run id", "plan digest". */
  readonly label: string;
  /** Show it whole. */
  readonly whole?: boolean;
  /** Only a sign to press; the id stands beside it. */
  readonly icon?: boolean;
}

const CopySign = () => (
  <svg className="copy-sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M10.5 3.5v-1h-8v8h1" />
  </svg>
);

/** An id that a click copies; shortened, with the whole in the title. */
export function CopyId({ id, label, whole = false, icon = false }: CopyIdProps) {
  const [said, setSaid] = useState<'' | 'copied' | 'not copied'>('');
  const text = shown(id);
  const copy = async () => {
    setSaid((await copyText(id)) ? 'copied' : 'not copied');
  };
  return (
    <button
      type="button"
      className="copy-id"
      title={`${text}\nClick to copy the ${label}`}
      onClick={(event) => {
        event.stopPropagation();
        void copy();
      }}
      onBlur={() => setSaid('')}
    >
      <span className="unseen">Copy the {label} </span>
      {icon ? <CopySign /> : <span className="mono">{whole ? text : shortened(text)}</span>}
      <span className="copy-said" role="status">
        {said}
      </span>
    </button>
  );
}
