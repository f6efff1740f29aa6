import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { newRunItem } from '../../app/jobs/run.ts';
import { newScanItem } from '../../app/scans/scan.ts';
import { environment } from '../../contract/environment.ts';
import { ingestStates, rejectsKey } from '../../contract/ingest.ts';
import { jobStatuses, outputPrefix, resultObject, scanStatuses } from '../../contract/scans.ts';
import { toItem } from '../../data/ledger/ingest.ts';
import { physicalName } from '../../local/aws/tables.ts';
import { type TestApp, testApp } from './app.ts';
import { stepFunctionsClient } from './clients.ts';
import type { Parameter } from './contract-document.ts';
import { createWorld, type World } from './ingest-jobs.ts';
import { startIdleStates } from './laptop-service.ts';
import { ingestEnvironment } from './service.ts';

export interface ContractWorld {
  readonly test: TestApp;
  /** Values by which a parameter names something that is there. */
  known(path: string, parameter: Parameter): readonly string[];
  close(): Promise<void>;
}

const idOf = (state: string) => state.replace('_', '-');
const now = new Date('2026-01-02T03:04:05.678Z');
const time = { S: now.toISOString() };

/** The service with something of everything that it stores, at the limits of what it stores. */
export async function contractWorld(): Promise<ContractWorld> {
  const world = await createWorld();
  // What a state machine does is no part of the contract: these take every execution, and run none.
  const states = await startIdleStates();
  const stepFunctions = stepFunctionsClient(states.endpoint);
  const settings = { s3PublicEndpoint: world.bucketEndpoint };
  const test = await testApp({ tables: world.tables, s3: world.s3, stepFunctions, settings });
  await storePlaces(world);
  await storeRecords(world);
  const videos = await store(test);
  const usernames = ['ann', 'eve'];
  const ids: Record<string, readonly string[]> = {
    streams: ['held'],
    ingests: [...ingestStates.map(idOf), 'duplicate'],
    uploads: ingestStates.map(idOf),
    scans: scanStatuses,
    jobs: jobStatuses,
    videos,
  };
  return {
    test,
    known: (path, { name }) => {
      if (name === 'id') return ids[path.split('/').at(path.split('/').indexOf('{id}') - 1) as string] ?? [];
      if (name === 'orig_code' || name === 'dest_code') return ['CNGGZ', 'EETLL', 'asia'];
      if (name === 'x-viewer-id' || name === 'username') return usernames;
      return name === 'key' ? ['team', 'any'] : [];
    },
    close: async () => {
      await test.close();
      await states.stop();
      stepFunctions.destroy();
      await world.close();
    },
  };
}

async function storePlaces(world: World): Promise<void> {
  await world.ingest('ports', 'code,name,parent_slug\nCNGGZ,Gaganzi,asia\nEETLL,Tallel,asia\n');
  const prices = Array.from({ length: 3 }, () => 'CNGGZ,EETLL,2021-01-03,100.005\n');
  await world.ingest('prices', `orig_code,dest_code,day,price\n${prices.join('')}`);
  await world.ingest('regions', 'slug,name,parent_slug\nasia,Asia,\n');
}

/** A file, a scan and a job in every state, with all that they can have. The state is their id. */
async function storeRecords({ client, s3, tables }: World): Promise<void> {
  const put = (table: 'ingests' | 'scans' | 'jobs', Item: PutItemCommand['input']['Item']) =>
    client.send(new PutItemCommand({ TableName: physicalName(tables.prefix, table), Item }));
  const object = (bucket: keyof typeof ingestEnvironment, Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: ingestEnvironment[bucket], Key, Body }));

  // A duplicate is committed too, and only the other can be retracted.
  for (const [state, id] of [...ingestStates.map((each) => [each, idOf(each)]), ['committed', 'duplicate']]) {
    const key = `incoming/prices/${id}/all.csv`;
    const given = {
      id,
      kind: 'prices',
      key,
      partial: true,
      state,
      size: 100 * 2 ** 30,
      retries: 7,
      // Of a multipart upload that was completed: it can be completed again.
      upload_id: 'u',
      replaces: 'earlier',
      complete: true,
      requested_by: '192.0.2.1, request r',
    };
    const isAwaited = state === 'awaiting_upload';
    // One that is awaited can have new URLs, for some days.
    const times = { created_at: isAwaited ? new Date().toISOString() : time.S, updated_at: time.S };
    const counts = { rows_read: { N: '3' }, rows_accepted: { N: '1' }, rows_rejected: { N: '2' } };
    const texts = {
      reason: { S: 'why' },
      rejects_key: { S: rejectsKey(id as string) },
      batch: { S: 'b' },
      retraction_requested_by: { S: '192.0.2.1, request r' },
      retraction_requested_at: time,
      replaced_by: { S: 'later' },
      ended_at: time,
      ...(state === 'committed' && id !== 'duplicate' ? {} : { duplicate_of: { S: 'a' } }),
    };
    await put('ingests', { ...toItem({ ...given, ...times, ...counts } as never), ...counts, ...texts });
    if (!isAwaited) await object(environment.ingestBucket, key, 'a');
  }
  const repository = { url: 'https://github.com/a/b', host: 'github.com', path: 'a/b' };
  const finding = { fingerprint: 'f', kind: 'secrets', rule: 'r', severity: 'low', message: 'm', path: 'p' };
  const findings = Array.from({ length: 30 }, (_, line) => ({ ...finding, line, end_line: line, column: 1 }));
  const counted = {
    by_severity: { low: 30 },
    by_kind: { secrets: 30 },
    by_rule: { r: 30 },
    languages: { C: 1 },
  };
  const summary = { text: '30 findings: 30 low', findings: 30, ...counted, lines: null, packages: 3 };
  for (const status of scanStatuses) {
    const item = newScanItem(status, repository, 'HEAD', now);
    const jobs = {
      M: {
        secrets: { M: { status: { S: 'failed' }, reason: { S: 'why' }, started_at: time, ended_at: time } },
      },
    };
    const result = { commit: { S: 'c' }, reason: { S: 'why' }, summary: { S: JSON.stringify(summary) } };
    await put('scans', { ...item, status: { S: status }, jobs, ...result });
    const key = `${outputPrefix.scan(status)}/${resultObject('summary')}`;
    await object(environment.scansBucket, key, JSON.stringify({ findings }));
  }
  for (const status of jobStatuses) {
    const item = newRunItem(status, 'secrets', { scan_id: 'completed' }, now);
    await put('jobs', {
      ...item,
      status: { S: status },
      outcome: { S: '{"findings":1}' },
      reason: { S: 'why' },
    });
  }
}

/** What can be stored by the API itself. @returns the ids of videos. */
async function store(test: TestApp): Promise<string[]> {
  const send = async (method: 'PUT' | 'POST', url: string, payload: object) => {
    const answer = await test.call({ method, url, payload });
    if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.body}`);
    return answer.json();
  };
  const properties = {
    team: 't',
    position: 'p',
    country: 'c',
    bio: 'b',
    number: 999,
    height_m: 0.3,
    any: [null],
  };
  for (const username of ['ann', 'eve'])
    await send('POST', '/api/v1/users', {
      username,
      name: 'n',
      email: 'a@b.cd',
      stream_limit: 100,
      properties,
    });
  const most = { games: 10_000, minutes: 1_000_000, goals: 10_000, assists: 10_000 };
  const seasons = Array.from({ length: 50 }, (_, i) => ({ season: `${1950 + i}`, ...most }));
  await send('PUT', '/api/v1/users/ann/stats', { seasons });
  await send('POST', '/api/v1/stream', { stream_id: 'held', video_end_time: null, framerate: '25' });
  await send('POST', '/api/v1/vitals', {
    page: 'home',
    vitals: [{ name: 'CLS', value: 600_000 }],
    requests: [{ route: 'GET /page', status: 0, duration_ms: 600_000, service_ms: 1, database_ms: 1 }],
  });
  const videos: string[] = [];
  for (const poster of [undefined, { content_type: 'image/png', size: 1 }]) {
    const details = { title: 't', content_type: 'video/mp4', size: 1, duration_s: 1.5, width: 1, height: 1 };
    const video = await send('POST', '/api/v1/users/ann/videos', {
      ...details,
      ...(poster ? { poster } : {}),
    });
    for (const { upload_url, headers } of [video, ...(poster ? [video.poster] : [])])
      await fetch(upload_url, { method: 'PUT', headers, body: 'a' });
    videos.push(video.id);
  }
  return videos;
}
