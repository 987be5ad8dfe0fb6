import { RunId } from '@marketops/contracts';
import { type FormEvent, useState } from 'react';
import { download } from '../components/export-menu.js';
import { Panel } from '../components/page.js';
import { ErrorState } from '../components/state.js';
import { CommandLine } from './command-line.js';
import { fetchProof } from './fetch-proof.js';

/** One run, proven to a stranger in one file. */
export function ProofPanel({ runId: given }: { readonly runId: string | undefined }) {
  const [text, setText] = useState(given ?? '');
  const [fault, setFault] = useState<unknown>();
  const [saved, setSaved] = useState<string>();
  const [busy, setBusy] = useState(false);
  const parsed = RunId.safeParse(text.trim());
  const get = async (event: FormEvent) => {
    event.preventDefault();
    if (!parsed.success) return;
    setBusy(true);
    setFault(undefined);
    setSaved(undefined);
    try {
      const name = `${parsed.data}.proof.json`;
      download(await fetchProof(parsed.data), name);
      setSaved(name);
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Proof of a run">
      <p className="muted">
        A bundle with everything of one run: what was planned, who allowed it, what was done, and its place
        under a signed checkpoint. It verifies offline, with the public keys alone.
      </p>
      <form className="row" onSubmit={(event) => void get(event)}>
        <label className="row">
          <span>Run id</span>
          <input
            className="mono"
            size={34}
            placeholder="run_…"
            value={text}
            spellCheck={false}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <button type="submit" disabled={!parsed.success || busy}>
          {busy ? 'Making the proof …' : 'Download the proof'}
        </button>
        <span role="status" className="small muted">
          {saved === undefined ? '' : `Saved as ${saved}`}
        </span>
      </form>
      {fault === undefined ? null : <ErrorState title="There is no proof of it" error={fault} />}
      <CommandLine
        label="verify the proof offline"
        text={`marketops-verify bundle ${parsed.success ? `${parsed.data}.proof.json` : '<file>'} --keyring keyring.json`}
      />
    </Panel>
  );
}
