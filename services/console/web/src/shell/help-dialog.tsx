import { Dialog } from '../components/index.js';
import { setKeysOn, useKeyBindings, useKeysOn } from '../data/keys.js';

/** The keys that do something on this screen, and the switch that turns them off. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const bindings = useKeyBindings();
  const on = useKeysOn();
  return (
    <Dialog title="Keys" onClose={onClose}>
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
        <input type="checkbox" checked={on} onChange={(event) => setKeysOn(event.target.checked)} />
        Keys of one character are on
      </label>
    </Dialog>
  );
}
