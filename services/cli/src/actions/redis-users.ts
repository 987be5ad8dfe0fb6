import { loadConfig, redisAclPath, redisUsers as usersOf, writeRedisUsers } from '@marketops/engine';
import type { Invocation } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { sanitize } from '../sanitize.js';
import { shownPath } from '../shown-path.js';

export async function redisUsers({ output, env, configPath }: Invocation): Promise<number> {
  const { config, dataDir } = loadConfig(configPath, env);
  const principals = Object.keys(config.principals);
  writeRedisUsers(dataDir, principals);
  const users = usersOf(principals).map(({ name }) => name);
  const path = redisAclPath(dataDir);
  output.document({ acl_file: path, users });
  output.line(sanitize(shownPath(path)));
  output.note(`It holds the users ${users.join(', ')}, and of their passwords only digests.`);
  output.note('Start Redis with it as aclfile; one that runs takes it up with ACL LOAD.');
  await Promise.resolve();
  return exitCodes.held;
}
