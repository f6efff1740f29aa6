import { Badge } from '../../parts/badge.tsx';
import { milliseconds } from '../../parts/format.ts';
import { Scroll } from '../../parts/scroll.tsx';
import { useLive } from '../../parts/use-live.ts';

interface Check {
  readonly ok: boolean;
  readonly duration: number;
  readonly database: number | undefined;
}

const isLocal = /^(localhost|127\.|\[::1\])/.test(location.hostname);

const parts = [
  { name: 'Site', path: '/', local: 'built files, from the gateway', cloud: 'S3, through CloudFront' },
  { name: 'Dynamic page', path: '/page', local: 'the Fastify process', cloud: 'tasks on Fargate' },
  { name: 'API', path: '/api/v1/page', local: 'the Fastify process', cloud: 'tasks on Fargate' },
  { name: 'Database', path: '/api/v1/page', local: 'Dynoxide, on SQLite', cloud: 'DynamoDB', database: true },
  {
    name: 'Stream limiter',
    path: '/api/v1/streams',
    local: 'the Fastify process',
    cloud: 'tasks on Fargate',
  },
] as const;

/** The parts of the system: the path that each answers, where it runs, and how fast it answered a moment ago. */
export function System() {
  const { data } = useLive(checkAll, 5000);
  return (
    <section class="card system" aria-labelledby="system-title">
      <h2 id="system-title">What runs where</h2>
      <Scroll label="What runs where">
        <table>
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col" class="wide">
                Path
              </th>
              <th scope="col">{isLocal ? 'On this machine' : 'In the cloud'}</th>
              <th scope="col">Now</th>
              <th scope="col" class="number">
                Took
              </th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part, i) => (
              <tr key={part.name}>
                <th scope="row">{part.name}</th>
                <td class="wide">
                  <code>{part.path}</code>
                </td>
                <td>{isLocal ? part.local : part.cloud}</td>
                <td>
                  {data ? (
                    <Badge state={data[i]?.ok ? 'answers' : 'no answer'} />
                  ) : (
                    <span class="bone">answers</span>
                  )}
                </td>
                <td class="number">{took(data?.[i], 'database' in part)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function took(check: Check | undefined, database: boolean): string {
  const value = database ? check?.database : check?.duration;
  return value === undefined || !check?.ok ? '–' : milliseconds(value);
}

/** Requests each path once, although some stand for two parts. */
async function checkAll(): Promise<Check[]> {
  const paths = [...new Set(parts.map(({ path }) => path))];
  const checks = new Map(await Promise.all(paths.map(async (path) => [path, await check(path)] as const)));
  return parts.map(({ path }) => checks.get(path) as Check);
}

async function check(path: string): Promise<Check> {
  const start = performance.now();
  try {
    const answer = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    await answer.arrayBuffer();
    const database = /db;dur=([\d.]+)/.exec(answer.headers.get('server-timing') ?? '')?.[1];
    return {
      ok: answer.ok,
      duration: performance.now() - start,
      database: database === undefined ? undefined : Number(database),
    };
  } catch {
    return { ok: false, duration: 0, database: undefined };
  }
}
