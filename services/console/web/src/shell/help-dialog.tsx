import { Dialog } from '../components/index.js';
import { setShortcutsOn, useAllShortcuts, useShortcutsOn } from '../data/shortcuts.js';

/** The keys of the keyboard that do something on this screen, and the switch that turns them off. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const bindings = useAllShortcuts();
  const on = useShortcutsOn();
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      <dl className="keys">
        {bindings.map(({ key, label }) => (
          <div key={key} style={{ display: 'contents' }}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        In a list, the arrow keys, Home, End, Space and Enter work once it has the focus.
      </p>
      <label className="row">
        <input type="checkbox" checked={on} onChange={(event) => setShortcutsOn(event.target.checked)} />
        Shortcuts of one character are on
      </label>
    </Dialog>
  );
}
