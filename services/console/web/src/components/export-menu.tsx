import { useState } from 'react';
import { faultWords } from '../data/problem.js';
import { shown } from '../text/shown.js';
import './export-menu.css';

export interface ExportChoice {
  /** "JSON", "CSV". */
  readonly label: string;
  readonly fileName: string;
  /** Either where the server has it, or what to write. */
  readonly href?: string;
  readonly make?: () => Blob | Promise<Blob>;
}

/** Takes what is shown away as a file. */
export function ExportMenu({ choices }: { readonly choices: readonly ExportChoice[] }) {
  const [fault, setFault] = useState<string>();
  const save = async (choice: ExportChoice) => {
    setFault(undefined);
    try {
      if (choice.make !== undefined) download(await choice.make(), choice.fileName);
    } catch (error) {
      setFault(faultWords(error).message);
    }
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields
    <span className="export-menu" role="group" aria-label="Export">
      {choices.map((choice) =>
        choice.href === undefined ? (
          <button key={choice.label} type="button" onClick={() => void save(choice)}>
            <span aria-hidden="true">↓</span> {choice.label}
          </button>
        ) : (
          <a key={choice.label} className="button" href={choice.href} download={choice.fileName}>
            <span aria-hidden="true">↓</span> {choice.label}
          </a>
        ),
      )}
      <span className="small" role="status">
        {fault === undefined ? '' : shown(fault)}
      </span>
    </span>
  );
}

export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
