import { seededRandom } from '../../../local/commands/sample/random.ts';
import { databaseAnswers } from '../../support/aws-errors.ts';
import { emulator } from '../../support/emulator.ts';
import { faultProxy } from '../../support/fault-proxy.ts';
import { exercisePage } from '../../support/page-clients.ts';
import { findViolation } from '../../support/register-checker.ts';
import { type Service, startService } from '../../support/service.ts';
import { freshTables } from '../../support/tables.ts';

const clients = 8;
const processes = 4;
/** Of the calls that reach the database: how many lose their answer, arrive late, or arrive twice. */
const faults = { lost: 0.1, late: 0.1, twice: 0.05 };
/** Of the transactions: how many meet another one. The emulator itself has no such conflicts. */
const conflictShare = 0.1;
const killEvery = 150;

/**
 * One history of the page: clients write and read it over four processes, which are killed and started again meanwhile.
 * @param earlier the program of another release's service, which two of the processes run
 */
export async function pageRound(seed: number, operationsPerClient: number, earlier: string | undefined) {
  const { endpoint } = await emulator();
  const proxy = await faultProxy(endpoint);
  const tables = { ...(await freshTables(endpoint)), endpoint: proxy.endpoint };
  const random = seededRandom(seed);
  const counts = { kills: 0, lost: 0, conflicts: 0 };

  const isOfPage = (body: Buffer) => body.includes(`"${tables.page}"`);
  const conflict = databaseAnswers.cancelled('TransactionConflict');
  proxy.inject((call) => {
    if (!isOfPage(call.body)) return undefined;
    if (call.operation === 'TransactWriteItems' && random() < conflictShare) {
      counts.conflicts++;
      return conflict(call);
    }
    const number = random();
    if (number < faults.lost) {
      counts.lost++;
      return 'lost';
    }
    if (number < faults.lost + faults.late) return 'late';
    return number < faults.lost + faults.late + faults.twice ? 'twice' : undefined;
  });

  const start = (index: number) => startService(tables, {}, index % 2 === 1 ? earlier : undefined);
  const services: Promise<Service>[] = Array.from({ length: processes }, (_, index) => start(index));
  /** A process that is killed while it starts is killed once it runs: none is forgotten, and clients wait for the next one. */
  function kill(index: number): void {
    counts.kills++;
    services[index] = (services[index] as Promise<Service>).then(async (service) => {
      await service.stop();
      return start(index);
    });
  }
  const { history, unanswered } = await exercisePage(
    services.map((_, index) => async () => (await (services[index] as Promise<Service>)).url),
    {
      clients,
      operationsPerClient,
      seed,
      mayFail: true,
      onStep: (step) => {
        if (step % killEvery === killEvery - 1) kill(Math.floor(random() * processes));
      },
    },
  );
  await Promise.all(services.map(async (service) => (await service).stop()));
  await proxy.close();
  const violation = findViolation(history, 'dynamic string');
  return { violation, operations: history.length, unanswered, ...counts };
}
