import type { Answer, Client } from './client.ts';
import { asViewer, type LoadUser, propertyPath } from './users.ts';

/** Requests that one caller sends one after the other. */
export interface Journey {
  readonly name: string;
  /** Number of requests that it sends when all succeed: the rate is counted in requests. */
  readonly requests: number;
  readonly needsUser: boolean;
  /** @throws StepFailed */
  run(context: JourneyContext): Promise<void>;
}

export interface JourneyContext {
  readonly client: Client;
  /** When the first request is due, on the clock of `performance.now()`. */
  readonly due: number;
  /** Unique in the run. */
  readonly number: number;
  readonly user?: LoadUser;
}

/** How many properties each user gets. */
const keys = 4;

/** A write, and a read that must give what was written, whichever task answers. */
export const property: Journey = {
  name: 'property',
  requests: 2,
  needsUser: true,
  run: async ({ client, due, number, user }) => {
    const { name, properties } = user as LoadUser;
    const key = `k${number % keys}`;
    properties.set(key, undefined);
    const path = propertyPath(name, key);
    const isNumber = ({ text }: Answer) =>
      text === String(number) ? undefined : 'the answer has another value than the one written';
    await client.send(
      { name: 'PUT property', method: 'PUT', path, body: number, expect: [200, 201], check: isNumber },
      due,
    );
    properties.set(key, number);
    await client.send({ name: 'GET property', method: 'GET', path, expect: [200], check: isNumber });
  },
};

/** One stream from start to end. */
export const stream: Journey = {
  name: 'stream',
  requests: 4,
  needsUser: true,
  run: async (context) => {
    await acquire(context, 1);
    const { client, user } = context;
    const id = streamId(context, 1);
    const { name } = user as LoadUser;
    await client.send({
      name: 'PUT stream',
      method: 'PUT',
      ...asViewer(name, `/streams/${id}`),
      expect: [200],
      check: activeIs(1),
    });
    await client.send({
      name: 'GET streams',
      method: 'GET',
      ...asViewer(name, '/streams'),
      expect: [200],
      check: activeIs(1),
    });
    await release(context, 1);
  },
};

/** How many streams a viewer may watch without a limit of its own. */
const streamLimit = 3;

/** As many streams as are allowed, then one more, which must be refused. */
export const limit: Journey = {
  name: 'limit',
  requests: 2 * streamLimit + 1,
  needsUser: true,
  run: async (context) => {
    for (let n = 1; n <= streamLimit; n++) await acquire(context, n);
    await context.client.send({
      name: 'POST stream over the limit',
      method: 'POST',
      ...asViewer((context.user as LoadUser).name, '/stream'),
      body: { stream_id: `${streamId(context, 0)}` },
      expect: [409],
      check: activeIs(streamLimit),
    });
    for (let n = 1; n <= streamLimit; n++) await release(context, n);
  },
};

/** @param nth of the viewer's streams; the answer must count as many */
async function acquire(context: JourneyContext, nth: number): Promise<void> {
  const { name, streams } = context.user as LoadUser;
  const id = streamId(context, nth);
  streams.add(id);
  await context.client.send(
    {
      name: 'POST stream',
      method: 'POST',
      ...asViewer(name, '/stream'),
      body: { stream_id: id, video_name: 'load test' },
      // The status is 200 when the service itself had to repeat the write.
      expect: [201, 200],
      check: activeIs(nth),
    },
    nth === 1 ? context.due : undefined,
  );
}

async function release(context: JourneyContext, nth: number): Promise<void> {
  const { name, streams } = context.user as LoadUser;
  const id = streamId(context, nth);
  const path = asViewer(name, `/streams/${id}`);
  await context.client.send({ name: 'DELETE stream', method: 'DELETE', ...path, expect: [204] });
  streams.delete(id);
}

function streamId({ number }: JourneyContext, nth: number): string {
  return `load-${number}-${nth}`;
}

/** Checks the count of streams, which is known since no other journey uses the user. */
function activeIs(expected: number) {
  return ({ text }: Answer): string | undefined => {
    const { active, limit } = JSON.parse(text) as { active: number; limit: number };
    if (active > limit) return 'the viewer has more streams than the limit';
    return active === expected ? undefined : 'the answer counts another number of streams than are held';
  };
}
