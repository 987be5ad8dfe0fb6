import { resolve } from 'node:path';
import { loadConfig } from '@marketops/engine';
import { configuredPolicies, openTested, policyInForce } from '@marketops/operator/policy';
import { diffPolicies, type PolicyCase } from '@marketops/policy';
import type { Invocation } from '../command.js';
import type { PolicyDiffFlags } from '../commands/policy-diff.js';
import { exitCodes } from '../exit-codes.js';
import { type ComparedFolder, differenceJson, renderDifference } from '../render/policy-diff.js';

export async function diffFolders(
  invocation: Invocation,
  [first = '', second]: readonly string[],
  { exitCode }: PolicyDiffFlags,
): Promise<number> {
  const { output } = invocation;
  const configured = second === undefined ? await ofThisSystem(invocation) : undefined;
  const before = openTested(configured?.folder ?? resolve(first));
  const after = openTested(resolve(second ?? first));
  const cases = new Map<string, PolicyCase>();
  for (const one of [...before.cases, ...after.cases]) cases.set(asked(one), one);
  const difference = diffPolicies(before.set, after.set, [...cases.values()]);
  const from: ComparedFolder = {
    folder: before.folder,
    digest: before.set.digest,
    ...(configured === undefined ? {} : { digestInForce: configured.inForce ?? null }),
  };
  const to: ComparedFolder = { folder: after.folder, digest: after.set.digest };
  output.document(differenceJson(from, to, difference, cases.size));
  renderDifference(output, from, to, difference, cases.size);
  const { added, removed, changed, decisions } = difference;
  const differs = added.length + removed.length + changed.length + decisions.length > 0;
  return differs && exitCode === true ? exitCodes.failed : exitCodes.held;
}

/** Cases that both tables have count once: of the second, with its place. */
const asked = ({ name, question }: PolicyCase): string => JSON.stringify([name, question]);

async function ofThisSystem({ configPath, env }: Invocation) {
  const loaded = loadConfig(configPath, env);
  return { folder: configuredPolicies(loaded), inForce: await policyInForce(loaded, env) };
}
