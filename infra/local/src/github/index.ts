export type { SeedApp, SeedInstallation } from './access/apps.js';
export type { SeedToken } from './access/credentials.js';
export { storedName } from './domain/assets.js';
export type { Asset, Commit, Pull, Release, Repository, TagObject } from './domain/model.js';
export { type FaultKind, type FaultSwitch, FaultSwitches, faultKinds } from './faults/faults.js';
export type { Hang, HangEvent, Hangs } from './faults/hangs.js';
export type { LimitReport } from './limits/limits.js';
export type { LimitOptions } from './limits/options.js';
export { OpenApiContract } from './openapi-contract.js';
export { type LoggedRequest, RequestLog } from './request-log.js';
export type { SeedBranch, SeedPull, SeedRelease, SeedRepository, SeedTag } from './seed.js';
export {
  type SimulatedGitHub,
  type SimulatedGitHubOptions,
  startSimulatedGitHub,
} from './simulated-github.js';
export type { Snapshot } from './snapshot.js';
export { GitHubState } from './state.js';
