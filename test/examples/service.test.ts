import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { children, type PlannedResource, record } from '../components/mocks.ts';

describe('examples/service', () => {
  let resources: PlannedResource[];
  before(async function () {
    this.timeout(30_000);
    // The example builds the image of the directory that it is run in.
    const [checkout, shop] = [process.cwd(), mkdtempSync(join(tmpdir(), 'trellis-shop-'))];
    writeFileSync(join(shop, 'Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(shop, 'package.json'), '{}');
    mkdirSync(join(shop, 'src'));
    process.chdir(shop);
    try {
      ({ resources } = await record(() => import('../../examples/service/index.ts')));
    } finally {
      process.chdir(checkout);
      rmSync(shop, { recursive: true });
    }
  });

  it('is a network, a table, an image and a service behind a load balancer', () => {
    expect(children(resources, null)).to.deep.equal([
      'trellis:index:ContainerImage shop',
      'trellis:index:DataStore orders',
      'trellis:index:FargateService shop',
      'trellis:index:Network shop',
    ]);
    expect(resources.map(({ type }) => type)).to.include.members([
      'aws:lb/loadBalancer:LoadBalancer',
      'aws:ecs/service:Service',
      'aws:dynamodb/table:Table',
    ]);
  });

  it('is what the README shows', () => {
    const source = readFileSync(new URL('../../examples/service/index.ts', import.meta.url), 'utf8');
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).to.contain(`\`\`\`ts\n${source}\`\`\``);
  });
});
