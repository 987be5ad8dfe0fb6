import { useState } from 'react';
import { copyText } from '../data/copy-text.js';
import { CodeBlock } from './code-block.js';

export interface CommandLineProps {
  /** What it does, for whoever hears the page. */
  readonly label: string;
  readonly text: string;
}

/** A command to run elsewhere, to be copied. */
export function CommandLine({ label, text }: CommandLineProps) {
  const [said, setSaid] = useState('');
  const copy = async () => setSaid((await copyText(text)) ? 'copied' : 'not copied');
  return (
    <div className="command">
      <CodeBlock label={label} text={text} />
      <span className="small muted" role="status">
        {said}
      </span>
      <button type="button" onClick={() => void copy()} onBlur={() => setSaid('')}>
        Copy<span className="unseen"> the command: {label}</span>
      </button>
    </div>
  );
}
