// Loaded before the service (`node --import`): a version with a defect that makes every answer a 500, the health check
// included. A request that reached such a task would be counted as an error.
import { Server } from 'node:http';

const emit = Server.prototype.emit as (this: Server, event: string, ...args: unknown[]) => boolean;

Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]): boolean {
  if (event !== 'request') return emit.call(this, event, ...args);
  const response = args[1] as import('node:http').ServerResponse;
  response.writeHead(500, { 'content-type': 'text/plain' }).end('this version is broken');
  return true;
} as typeof emit;
