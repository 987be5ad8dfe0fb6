import { Command, type Redis } from 'ioredis';

/**
 * Sends one command with many arguments, all of them strings. ioredis flattens and converts what a command is made with,
 * argument by argument, which is half the cost of a large one; given afterwards, they go out as they are.
 * @param replyEncoding null leaves strings as bytes, for who reads a large answer selectively.
 */
export async function send(
  redis: Redis,
  name: string,
  args: string[],
  replyEncoding: 'utf8' | null = 'utf8',
): Promise<unknown> {
  const command = new Command(name, [], { replyEncoding });
  command.args = args;
  return redis.sendCommand(command);
}
