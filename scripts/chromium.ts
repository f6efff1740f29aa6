import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The build without windows comes first: a page of its own costs a third of the time that it takes the whole browser. */
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** The path of the browser's program: the one that `CHROMIUM` names, else the first of the usual names that is in PATH. */
export function findChromium(variables: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = variables.CHROMIUM;
  if (given) return existsSync(given) ? given : undefined;
  const directories = (variables.PATH ?? '').split(delimiter);
  return names.flatMap((name) => directories.map((directory) => join(directory, name))).find(existsSync);
}

/** Starts the browser without its sandbox, which does not work for root in a container, without services that call home,
 * and with a profile that is deleted when it ends. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium: install it, or name it in CHROMIUM');
  return chromium.launch({ executablePath, headless: true, args: flags });
}

/** Records what a page did wrong. */
export interface Complaints {
  /** Console errors, which include violations of the content security policy, and uncaught exceptions. */
  readonly errors: string[];
  /** Requests to any other origin. */
  readonly foreign: string[];
}

/** Opens a page in a context of its own, and records its complaints. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: Complaints }> {
  const context = await browser.newContext({ baseURL: origin, ...options });
  const page = await context.newPage();
  return { page, complaints: watch(page, origin) };
}

export function watch(page: Page, origin: string): Complaints {
  const complaints: Complaints = { errors: [], foreign: [] };
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.errors.push(message.text());
  });
  page.on('pageerror', (error) => complaints.errors.push(String(error)));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['data:', 'blob:'].includes(url.protocol))
      complaints.foreign.push(request.url());
  });
  return complaints;
}
