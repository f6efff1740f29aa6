import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readFolders } from '../../scripts/reference/sources.ts';
import { referenceDirectory, referencePages, referencePlans } from '../../scripts/reference.ts';
import { planOf } from '../support/plans.ts';

const read = (file: string) => readFileSync(join(referenceDirectory, file), 'utf8');

describe('the reference of the components', () => {
  let pages: Map<string, string>;
  before(async function () {
    this.timeout(60_000);
    pages = await referencePages(await referencePlans(planOf));
  });

  it('is current: `npm run reference` would change nothing', () => {
    const outdated = [...pages].filter(([file, text]) => text !== read(file)).map(([file]) => file);
    expect(outdated, 'run `npm run reference`').to.deep.equal([]);
    const others = readdirSync(referenceDirectory).filter((file) => !pages.has(file));
    expect(others).to.deep.equal(['README.md']);
  });

  it('has a page that helps to choose, with a link to each other', () => {
    const links = [...read('README.md').matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, file]) => file);
    expect(links.sort()).to.deep.equal([...pages.keys()].sort());
  });

  it('tells arguments with their defaults, outputs, children, permissions, openings and costs', () => {
    const page = String(pages.get('fargate-service.md'));
    for (const line of [
      '| `port` | `number` | 8080 | Port the container listens on',
      '| `url` | `Output<string> \\| undefined` |',
      '| `aws:ecs/service:Service` | `<name>-service` |',
      '| `<name>-execution-policy` | ',
      'from another security group',
      '| [nginx](../../examples/nginx/index.ts) | ',
    ]) {
      expect(page).to.contain(line);
    }
    expect(pages.get('load-balancer.md')).to.contain('TCP 80 from 0.0.0.0/0');
  });

  it('has a sentence and a default for each optional argument', () => {
    const silent = readFolders().flatMap(({ shapes }) =>
      shapes
        .filter(({ name }) => name.endsWith('Args'))
        .flatMap(({ name, members }) =>
          members
            .filter(
              ({ isOptional, doc, fallback, name: member }) =>
                isOptional && doc === '' && fallback === undefined && member !== 'tags',
            )
            .map((member) => `${name}.${member.name}`),
        ),
    );
    expect(silent).to.deep.equal([]);
  });
});
