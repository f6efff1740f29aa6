import type { TableName } from '../../../contract/tables.ts';
import { seededRandom } from '../../../local/commands/sample/random.ts';
import { type FaultWorld, type FaultyApp, faultWorld, type Seeded } from '../../support/fault-world.ts';
import { Caller, type Tally } from './caller.ts';
import { Made, RecordsModel, type Shared } from './records.ts';
import { type Retractions, RetractionsModel, wrongRetractions } from './retractions.ts';
import { StreamsModel } from './streams.ts';
import { UserModel } from './user.ts';
import { badWeather, goodWeather } from './weather.ts';

export interface DrillOptions {
  readonly seed: number;
  readonly requests: number;
  readonly callers: number;
  /** Of the calls to database, bucket and workflow service. */
  readonly faultShare: number;
  readonly show: (line: string) => void;
}

export interface DrillResult extends Tally {
  readonly faults: number;
}

/**
 * Callers change what is theirs, through a service whose database, bucket and workflow service are sick, and know what
 * every answer must be: what was answered stays, and nothing is done twice.
 */
export async function drill({
  seed,
  requests,
  callers,
  faultShare,
  show,
}: DrillOptions): Promise<DrillResult> {
  const world = await faultWorld();
  try {
    const random = seededRandom(seed);
    // Two processes of the service, which the callers meet in turn.
    const apps = [await world.app(), await world.app()];
    const { paths } = (await (apps[0] as FaultyApp).call({ url: '/api/openapi.json' })).json();
    const tally: Tally = { requests: 0, unavailable: 0, wrong: [], uncalled: operationsOf(paths) };
    const shared: Shared = {
      uploads: new Made(),
      scans: new Made(),
      jobs: new Made(),
      versions: new Set(),
      unsureVersions: 0,
      lists: 0,
    };
    const retractions: Retractions = new Map();
    const seeded = await Promise.all(Array.from({ length: callers }, () => world.seed()));
    const counts = apps.map((app) => badWeather(app, random, faultShare));
    let shown = 0;
    let told = 0;
    await Promise.all(
      seeded.map(async (own, i) => {
        const caller = new Caller(apps, tally, seededRandom(seed + i + 1));
        const user = new UserModel(caller, `user-${i}`, `${world.bucketEndpoint}/test-media`);
        const streams = new StreamsModel(caller, `viewer-${i}`);
        const records = new RecordsModel(caller, shared, own);
        const files = new RetractionsModel(caller, retractions, world.commit);
        const actions = actionsOf(user, streams, records, files);
        await user.create();
        while (tally.requests < requests) {
          await caller.pick(actions)();
          if (tally.requests < shown + requests / 20) continue;
          shown = tally.requests;
          show(`${tally.requests} requests, ${tally.unavailable} × 503, ${tally.wrong.length} wrong`);
          for (const wrong of tally.wrong.slice(told)) show(wrong);
          told = tally.wrong.length;
        }
      }),
    );
    for (const app of apps) goodWeather(app);
    tally.wrong.push(...(await wrongInTheEnd(world, shared, seeded, retractions)));
    const faults = counts.reduce((sum, count) => sum + count(), 0);
    return { ...tally, faults };
  } finally {
    await world.stop();
  }
}

/** The operations of the OpenAPI document, each with a pattern for `METHOD /url`. */
function operationsOf(paths: Readonly<Record<string, object>>): Map<string, RegExp> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method): [string, RegExp] => [
        `${method} ${path}`,
        new RegExp(`^${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '[^/?]+')}(\\?.*)?$`),
      ]),
    ),
  );
}

/** Often what writes; seldom the deletion of the user, which ends what the others write to. */
function actionsOf(
  user: UserModel,
  streams: StreamsModel,
  records: RecordsModel,
  files: RetractionsModel,
): (() => Promise<unknown>)[] {
  const often = [
    () => user.setProperty(),
    () => user.patch(),
    () => user.setStats(),
    () => user.read(),
    () => streams.start(),
    () => streams.stop(),
    () => streams.keep(),
    () => streams.list(),
  ];
  return [
    ...often,
    ...often,
    () => user.create(),
    () => user.deleteProperty(),
    () => user.readProperty(),
    () => user.readPlayer(),
    () => user.addVideo(),
    () => user.deleteVideo(),
    () => user.delete(),
    () => records.saveString(),
    () => records.readString(),
    () => records.upload(),
    () => records.retry(),
    () => files.retract(),
    () => records.scan(),
    () => records.job(),
    () => records.read(),
  ];
}

/** What the tables hold when all is over: all that was answered, and no more than may have been done beside. */
async function wrongInTheEnd(
  world: FaultWorld,
  shared: Shared,
  seeded: readonly Seeded[],
  retractions: Retractions,
): Promise<string[]> {
  const wrong = wrongRetractions(retractions, await world.items('ingests'));
  const before = new Set([
    ...seeded.flatMap((own) => [own.failedIngest, own.committedIngest, own.endedScan]),
    ...retractions.keys(),
  ]);
  const isOther = (id: string) => before.has(id) || id.startsWith('key#');
  const { uploads, scans, jobs, versions, unsureVersions } = shared;
  const made: [TableName, Made, number][] = [
    // What was there before: three files of places and prices.
    ['ingests', uploads, 3],
    ['scans', scans, 0],
    ['jobs', jobs, 0],
  ];
  for (const [table, { ids, unsure }, others] of made) {
    const items = await world.items(table);
    const found = new Set(items.map(({ id }) => id?.S ?? '').filter((id) => !isOther(id)));
    const lost = [...ids].filter((id) => !found.has(id));
    if (lost.length > 0) wrong.push(`${table}: ${lost.length} that were answered are not there: ${lost[0]}`);
    if (found.size - others > ids.size + unsure)
      wrong.push(`${table}: ${found.size - others} are there, ${ids.size} were answered, ${unsure} may be`);
  }
  const [page] = await world.items('page');
  const version = Number(page?.version?.N ?? 0);
  if (version < versions.size || version > versions.size + unsureVersions)
    wrong.push(`page: version ${version} after ${versions.size} writes and ${unsureVersions} perhaps`);
  return wrong;
}
