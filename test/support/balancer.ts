import { setTimeout as sleep } from 'node:timers/promises';
import httpProxy from '@fastify/http-proxy';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { Agent, type Dispatcher, Pool, request } from 'undici';

/** All in milliseconds but the thresholds. */
export interface BalancerTimings {
  readonly healthCheckInterval: number;
  readonly healthCheckTimeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly deregistrationDelay: number;
  /** How long an idle connection to a target is kept. */
  readonly idle: number;
}

/** `initial` until the first verdict; `draining` from deregistration on. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly state: TargetState;
  /** Requests that were sent to it so far. */
  readonly requests: number;
}

interface OwnTarget {
  name: string;
  url: string;
  state: TargetState;
  requests: number;
  /** Checks in a row with the same outcome. */
  streak: number;
  lastCheckPassed: boolean | undefined;
}

export interface Balancer {
  readonly url: string;
  readonly targets: readonly Target[];
  register(name: string, url: string): Target;
  /** No request is sent there any more; resolves when the delay is over. */
  deregister(target: Target): Promise<void>;
  /** Resolves with the next change of the target's state, or at once when it has the state. */
  reaches(target: Target, state: TargetState, milliseconds: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Stands in for an Application Load Balancer: health checks, round robin over healthy targets (over all when none is
 * healthy, as AWS does), deregistration with its delay. It sends each request once: what a target does not answer is a
 * 502. Forwarding is @fastify/http-proxy's.
 */
export async function startBalancer(healthPath: string, timings: BalancerTimings): Promise<Balancer> {
  const targets = new Set<OwnTarget>();
  const pools = new Map<string, Pool>();
  const agent = createAgent(timings, pools);
  const closing = new AbortController();
  let turn = 0;

  function next(): OwnTarget | undefined {
    const open = [...targets].filter(({ state }) => state !== 'draining');
    const healthy = open.filter(({ state }) => state === 'healthy');
    const candidates = healthy.length > 0 ? healthy : open;
    return candidates[turn++ % Math.max(1, candidates.length)];
  }

  const server = await createForwarder(agent, next);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };

  function register(name: string, url: string): Target {
    const target: OwnTarget = {
      name,
      url,
      state: 'initial',
      requests: 0,
      streak: 0,
      lastCheckPassed: undefined,
    };
    targets.add(target);
    void watch(target, `${url}${healthPath}`, timings, closing.signal);
    return target;
  }

  async function deregister(target: Target): Promise<void> {
    const own = target as OwnTarget;
    own.state = 'draining';
    await sleep(timings.deregistrationDelay);
    targets.delete(own);
    const pool = pools.get(own.url);
    // undici has let go of it by itself when the target was gone.
    if (pool && !pool.destroyed) await pool.close();
  }

  async function reaches(target: Target, state: TargetState, milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    while (target.state !== state) {
      if (performance.now() > deadline) return false;
      await sleep(10);
    }
    return true;
  }

  async function close(): Promise<void> {
    closing.abort();
    await server.close();
    await agent.destroy();
  }
  return {
    url: `http://127.0.0.1:${port}`,
    get targets() {
      return [...targets];
    },
    register,
    deregister,
    reaches,
    close,
  };
}

/** Connections to the targets. The target's hint of how long it keeps one (`Keep-Alive: timeout`) is ignored, as an
 * Application Load Balancer ignores it: a target that closes earlier than `idle` must show. */
function createAgent({ idle }: BalancerTimings, pools: Map<string, Pool>): Agent {
  return new Agent({
    connections: 128,
    pipelining: 1,
    keepAliveTimeout: idle,
    keepAliveMaxTimeout: idle,
    keepAliveTimeoutThreshold: -Number.MAX_SAFE_INTEGER,
    factory: (origin, options) => {
      const pool = new Pool(origin, options as Pool.Options);
      pools.set(String(origin), pool);
      return pool;
    },
  });
}

async function createForwarder(
  agent: Dispatcher,
  next: () => OwnTarget | undefined,
): Promise<FastifyInstance> {
  const server = Fastify({ forceCloseConnections: true, keepAliveTimeout: 60_000 });
  const chosen = new WeakMap<FastifyRequest['raw'], OwnTarget>();
  const targetOf = ({ raw }: FastifyRequest) => chosen.get(raw) as OwnTarget;
  await server.register(httpProxy, {
    upstream: '',
    undici: agent as Agent,
    disableRequestLogging: true,
    preHandler: (request, reply, done) => {
      const target = next();
      if (!target) return void reply.code(503).send('no target is registered');
      target.requests++;
      chosen.set(request.raw, target);
      done();
    },
    replyOptions: {
      getUpstream: (request) => targetOf(request as FastifyRequest).url,
      // Never twice: an Application Load Balancer does not repeat what it has sent.
      retryDelay: () => null,
      rewriteRequestHeaders: ({ socket }, headers) => ({
        ...headers,
        'x-forwarded-for': [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean).join(', '),
      }),
      rewriteHeaders: (headers, request) => ({
        ...headers,
        'x-served-by': targetOf(request as FastifyRequest).name,
      }),
      onError: (reply, { error }) => {
        const { name } = targetOf(reply.request as FastifyRequest);
        void reply.code(502).header('x-served-by', name).send(`${name}: ${error.message}`);
      },
    },
  });
  return server;
}

/** Checks until the target is deregistered. A check has a connection of its own. */
async function watch(target: OwnTarget, url: string, timings: BalancerTimings, closing: AbortSignal) {
  while (target.state !== 'draining' && !closing.aborted) {
    const started = performance.now();
    const passed = await check(url, timings.healthCheckTimeout);
    if (isDraining(target)) return;
    target.streak = target.lastCheckPassed === passed ? target.streak + 1 : 1;
    target.lastCheckPassed = passed;
    if (passed && target.streak >= timings.healthyThreshold) target.state = 'healthy';
    if (!passed && target.streak >= timings.unhealthyThreshold) target.state = 'unhealthy';
    const wait = timings.healthCheckInterval - (performance.now() - started);
    await sleep(Math.max(0, wait), undefined, { signal: closing }).catch(() => {});
  }
}

/** Asked anew: the state may have changed while a check was under way. */
function isDraining({ state }: OwnTarget): boolean {
  return state === 'draining';
}

async function check(url: string, milliseconds: number): Promise<boolean> {
  const dispatcher = new Agent({ pipelining: 0 });
  try {
    const { statusCode, body } = await request(url, {
      dispatcher,
      signal: AbortSignal.timeout(milliseconds),
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  } finally {
    void dispatcher.destroy();
  }
}
