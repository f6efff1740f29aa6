import { environment } from '../../contract/environment.ts';
import { Misuse } from '../../scripts/command.ts';
import { defaultStateDirectory, State } from '../state.ts';

export interface Api {
  readonly url: string;
  readonly apiKey: string;
}

/** Options of every command that calls the API. */
export const apiOptions = {
  url: { type: 'string' },
  state: { type: 'string', default: defaultStateDirectory },
} as const;

export const apiHelp = `--url <url>      a system elsewhere; its API key is taken from ${environment.apiKey} (default: the local one)
  --state <dir>    state directory of the local system (default: ${defaultStateDirectory})`;

/** The system that the options name, else the one on this machine. */
export function findApi({ url: given, state: directory }: { url?: string | undefined; state: string }): Api {
  const state = new State(directory);
  const local = state.currentRun()?.url;
  const url = given ?? local;
  if (!url)
    throw new Error(
      'Trellis does not run on this machine: start it with npm start, or name a system with --url',
    );
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new Misuse(`--url must be a URL such as http://localhost:8080, not "${url}"`);
  // The laptop's own key must not be sent to a system elsewhere.
  if (URL.parse(url)?.origin !== local && !process.env[environment.apiKey])
    throw new Misuse(`${environment.apiKey} must hold the API key of ${url}`);
  return { url, apiKey: state.apiKey() };
}
