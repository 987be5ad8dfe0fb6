export * from './account-limits/budget.js';
export { bucketField, bucketsPerWindow, limitFields } from './account-limits/limit-fields.js';
export * from './account-limits/limit-keys.js';
export * from './account-limits/limit-status.js';
export * from './acknowledgements.js';
export * from './clock.js';
export { audienceOf } from './config/audience.js';
export { openToken, pemIn } from './config/credential-secrets.js';
export {
  type Credential,
  credentialsOf,
  defaultTokens,
  leastPermissions,
  secretsOf,
} from './config/credentials.js';
export { fromEnvironment } from './config/environment.js';
export { checkedGitHubUrl, uploadUrlFor } from './config/github-urls.js';
export { type InitOptions, initialize } from './config/init.js';
export { editKeyring, keyringPath, readKeyring } from './config/keyring-file.js';
export { keyringLockHolder, keyringLockPath } from './config/keyring-lock.js';
export * from './config/keys.js';
export { type LiveSecret, type LiveSecretOptions, openSecret, tokenIn } from './config/live-secret.js';
export { type LoadedConfig, loadConfig, loadSettings, type Settings } from './config/load.js';
export { reconcileEveryMs } from './config/reconcile-every.js';
export { redisUrlFrom } from './config/redis-url.js';
export { MarketOpsConfig } from './config/schema.js';
export * from './config/secrets.js';
export * from './contained.js';
export * from './effect-hints/hint-keys.js';
export * from './errors.js';
export { allOrNone, type Made } from './files/all-or-none.js';
export * from './files/errors.js';
export { draftEnding, makeFolder, replaceFile, writeNewFile } from './files/write-whole.js';
export * from './handler.js';
export * from './host.js';
export * from './ids.js';
export { holderOf } from './keyring/changes.js';
export { chooseKey, type KeyWindow, settleMs } from './keyring/choose.js';
export * from './keyring/engine-keys.js';
export * from './keyring/errors.js';
export { hmacWindow } from './keyring/hmac-keys.js';
export * from './keyring/inspect-keys.js';
export * from './keyring/key-folder.js';
export * from './keyring/live.js';
export * from './keyring/revoke.js';
export * from './keyring/rotate-hmac.js';
export * from './keyring/rotate-signing.js';
export type { Rotation } from './keyring/rotation.js';
export * from './keyring/signing-key.js';
export * from './keyring/unfinished.js';
export * from './log.js';
export * from './queue-config.js';
export * from './queues.js';
export { renderAclFile } from './redis-users/acl-file.js';
export * from './redis-users/passwords.js';
export * from './redis-users/users.js';
export * from './relay.js';
export * from './sweeper.js';
export * from './system/append.js';
export * from './system/erasures.js';
export * from './system/follow.js';
export * from './system/freezes.js';
export * from './system/in-flight.js';
export * from './system/orders.js';
export * from './system/project-freezes.js';
export * from './system/settled.js';
export * from './topology.js';
export * from './worker.js';
