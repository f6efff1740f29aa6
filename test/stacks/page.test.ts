import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { expect } from 'chai';
import { findChromium, launchChromium, watch } from '../../scripts/chromium.ts';
import { type Foreseen, foresee } from '../../stacks/changes/foresee.ts';
import { toPage } from '../../stacks/page/page.ts';
import { componentsOf } from '../../stacks/plan/components.ts';
import { planOf } from '../support/plans.ts';
import { foreseenOf } from './changes/fixture.ts';

class Entry extends pulumi.ComponentResource {
  constructor(name: string, listener: string) {
    super('test:index:Entry', name);
    new aws.lb.Listener(
      listener,
      { loadBalancerArn: 'balancer', port: 80, defaultActions: [] },
      { parent: this },
    );
  }
}

/** A change that cannot go: the new listener comes before the old one of its port is deleted. */
function inConflict(): Promise<Foreseen> {
  return foreseenOf(
    () => new Entry('entry', 'entry-http'),
    () => new Entry('entry', 'entry-redirect'),
  );
}

/** Graphviz writes hyphens as references. */
const read = (html: string) => html.replaceAll('&#45;', '-');

/** Addresses that a browser would fetch, or follow. */
function addresses(html: string): string[] {
  return [...html.matchAll(/(?:src|href|url\()=?["']?(https?:[^"')]+)/g)].map(([, address]) =>
    String(address),
  );
}

describe('the page of a plan', function () {
  this.timeout(60_000);

  it('shows each component, what it costs, and nothing of a change', async () => {
    const plan = await planOf('prod');
    const html = read(await toPage(plan));
    for (const { name } of componentsOf(plan)) expect(html).to.match(new RegExp(`<text[^>]*>${name}</text>`));
    expect(html).to.match(/<td>network<\/td><td>interface endpoint<\/td><td class="usd">\d+\.\d\d<\/td>/);
    expect(html).to.match(/<th colspan="2">together<\/th><th class="usd">194\.98<\/th>/);
    expect(html).not.to.contain('<h2>Changes</h2>');
    expect(addresses(html)).to.deep.equal([]);
  });

  it('shows a change in colour, with its effect and why it cannot go', async () => {
    const foreseen = await inConflict();
    const html = read(await toPage(foreseen.plan, foreseen));
    expect(html).to.match(/<g id="node\d+" class="node harm">\s*<title>c\d+<\/title>[\s\S]{0,900}>entry</);
    expect(html).to.match(/<text [^>]*class="harm">! entry-redirect<\/text>/);
    expect(html).to.contain('<h2>It cannot go</h2>');
    expect(html).to.contain('<b>refused by AWS: port 80 of load balancer balancer</b>');
    // Documentation may be followed; nothing is fetched.
    for (const address of addresses(html)) expect(address).to.match(/^https:\/\/docs\.aws\.amazon\.com\//);
  });

  const inBrowser = findChromium() === undefined ? it.skip : it;
  inBrowser('opens in Chromium without network, in light and dark, and fits its width', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'page-'));
    const browser = await launchChromium();
    try {
      const foreseen = await foresee('prod', ['service.exposure=public-load-balancer']);
      const file = join(directory, 'plan.html');
      writeFileSync(file, await toPage(foreseen.plan, foreseen));
      const grounds = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 860 } });
        const complaints = watch(page, 'file://');
        await page.goto(pathToFileURL(file).href);
        const seen = await page.evaluate(`({
          ground: getComputedStyle(document.body).backgroundColor,
          wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
          smallest: Math.min(...[...document.querySelectorAll('svg text')].map((text) => text.getBoundingClientRect().height)),
        })`);
        const { ground, wide, smallest } = seen as { ground: string; wide: boolean; smallest: number };
        grounds.push(ground);
        expect(wide).to.equal(false);
        expect(smallest).to.be.greaterThan(9);
        expect(complaints.errors).to.deep.equal([]);
        expect(complaints.foreign.filter((address) => !address.startsWith('file:'))).to.deep.equal([]);
        await page.close();
      }
      expect(new Set(grounds)).to.have.property('size', 2);
    } finally {
      await browser.close();
      await rm(directory, { recursive: true });
    }
  });
});
