/** Thrown in place of a call of a job that is dead. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

const writes = [
  'BatchWriteItemCommand',
  'DeleteItemCommand',
  'PutItemCommand',
  'TransactWriteItemsCommand',
  'UpdateItemCommand',
  'PutObjectCommand',
  'DeleteObjectCommand',
];

export const isWrite = (command: object) => writes.includes(command.constructor.name);

interface Sender {
  // biome-ignore lint/suspicious/noExplicitAny: the clients' own `send` has an overload for each command
  send(...parameters: any[]): any;
}

/**
 * Kills a job in this process at one of its writes: that call and all later ones fail, so that the job can do nothing more.
 * The write itself has reached the service or not, as a kill would leave it.
 * @param untilKill writes that go through before
 */
export function killer(untilKill: number, isBefore: boolean) {
  let left = untilKill;
  let isDead = false;

  async function send(client: Sender, parameters: unknown[]): Promise<unknown> {
    if (isDead) throw new Killed('the job is dead');
    const [command] = parameters as [object];
    if (!isWrite(command) || left-- > 0) return client.send(...parameters);
    isDead = true;
    if (!isBefore) await client.send(...parameters);
    throw new Killed(`the job was killed ${isBefore ? 'before' : 'after'} ${command.constructor.name}`);
  }

  /** The same client, until the kill. */
  function through<T extends Sender>(client: T): T {
    return new Proxy(client, {
      get: (target, name) =>
        name === 'send' ? (...parameters: unknown[]) => send(target, parameters) : Reflect.get(target, name),
    });
  }
  return { through };
}
