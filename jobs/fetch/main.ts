import { environment } from '../../contract/environment.ts';
import { readRepositoryRules } from '../../data/scans/repository-url.ts';
import { runJob } from '../runtime/run-job.ts';
import { fetchSource } from './fetch.ts';
import { fetchLimits } from './limits.ts';

const rules = readRepositoryRules(process.env[environment.scanHosts], process.env[environment.scanFileUrls]);
await runJob('fetch', (job) => fetchSource(job, rules, fetchLimits));
