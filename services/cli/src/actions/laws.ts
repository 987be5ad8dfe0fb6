import { existsSync } from 'node:fs';
import { type LoadedConfig, loadConfig } from '@marketops/engine';
import { openLedger } from '@marketops/operator/reading';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { lawChecks } from '../laws/checks.js';
import { type EvidenceAnswer, findEvidence } from '../laws/find-evidence.js';
import {
  type Law,
  type LawManifest,
  lawNamed,
  readLawManifest,
  sealOfLaw,
  testsOfLaw,
} from '../laws/manifest.js';
import type { ShownLaw } from '../laws/shown-law.js';
import { lawsJson, renderLaw, renderLaws } from '../render/laws.js';

export async function laws(
  { output, env, configPath, configNamed }: Invocation,
  [id]: readonly string[],
  { depth }: { readonly depth: number },
): Promise<number> {
  const manifest = readLawManifest();
  const asked = id === undefined ? manifest.laws : [lawNamed(manifest, id)];
  // The laws are the same everywhere: without a system here, they are listed without evidence.
  const isHere = configNamed || existsSync(configPath);
  const evidence = isHere ? await evidenceFor(loadConfig(configPath, env), asked, depth) : undefined;
  const shown = asked.map((law) => shownLaw(manifest, law, evidence?.get(law.id)));
  output.document(lawsJson(shown));
  const [one] = shown;
  if (id !== undefined && one !== undefined) renderLaw(output, one);
  else renderLaws(output, shown, depth);
  return exitCodes.held;
}

/** Undefined where this machine has no ledger (yet). */
async function evidenceFor(
  loaded: LoadedConfig,
  asked: readonly Law[],
  depth: number,
): Promise<ReadonlyMap<string, EvidenceAnswer> | undefined> {
  const ledger = openLedger(loaded);
  if (ledger === undefined) return undefined;
  try {
    const active = asked.filter(({ status }) => status === 'active').map(({ id }) => id);
    return await findEvidence(ledger, active, depth);
  } finally {
    await ledger.close();
  }
}

const shownLaw = (manifest: LawManifest, law: Law, evidence: EvidenceAnswer | undefined): ShownLaw => ({
  law,
  checks: lawChecks[law.id] ?? [],
  tests: testsOfLaw(manifest, law.id),
  seal: sealOfLaw(manifest, law.id),
  evidence: evidence ?? { of: 'no_ledger' },
});
