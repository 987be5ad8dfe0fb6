import { useShortcutsOn } from '../data/shortcuts.js';
import './key-hint.css';

/** A key beside what it does; nothing where keys are switched off. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return useShortcutsOn() ? (
    <span className="key-hint mono" aria-hidden="true">
      {keys}
    </span>
  ) : null;
}
