import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { evaluateExample, examples } from '../scripts/examples.ts';
import { type Plan, planOf } from '../stacks/plan/evaluate.ts';
import { keptOf } from '../stacks/plan/kept.ts';
import { programIn } from '../stacks/plan/program.ts';
import { review } from '../stacks/plan/review.ts';
import { readSchema } from './components/schema.ts';
import { pythonProblems } from './docs/python-example.ts';
import { yamlProblems } from './docs/yaml-example.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What `pulumi destroy` keeps of each. */
const kept: Readonly<Record<string, readonly string[]>> = {
  'file-jobs': ['files-files', 'files-repository', 'image', 'ledger-table'],
  nginx: ['image', 'web-lb', 'web-repository', 'web-task-definition'],
  orders: ['charge-task-definition', 'charges-table', 'image', 'orders-repository'],
  nightly: ['image', 'orders-table', 'report-repository', 'reports-table'],
  shop: ['shop-task-definition'],
  site: ['site-bucket'],
  table: ['orders-table'],
  'two-services': ['web-lb', 'help-task-definition', 'shop-task-definition'].sort(),
};

describe('the examples', () => {
  it('are these', () => expect(examples).to.deep.equal(Object.keys(kept).sort()));

  for (const name of examples) {
    describe(name, () => {
      let plan: Plan;
      before(async () => {
        const { waivers } = programIn(join(root, 'examples', name));
        plan = { ...planOf('dev', await evaluateExample(name)), waivers };
      });

      it('has at most 40 lines', () => {
        expect(read(`examples/${name}/index.ts`).trimEnd().split('\n').length).to.be.at.most(40);
      });

      it('breaks no rule but those that it says why it may break', () => {
        const { findings } = review(plan);
        expect(findings.filter(({ waiver }) => waiver === undefined)).to.deep.equal([]);
        expect(findings.map(({ rule, resource }) => [rule, resource]).sort()).to.deep.equal(
          (plan.waivers ?? []).map(({ rule, resource }) => [rule, resource]).sort(),
        );
      });

      it('costs what its README says', () => {
        const { total, unpriced } = review(plan).cost;
        expect(unpriced).to.deep.equal([]);
        const [, said] =
          new RegExp(`\\(${name}/index\\.ts\\).*\\| (\\d+)[^|]*\\|$`, 'm').exec(read('examples/README.md')) ??
          [];
        expect(Number(said)).to.equal(Math.round(total));
      });

      it('says what `pulumi destroy` keeps of it', () => {
        expect(
          keptOf(plan.resources)
            // A pushed image is called by the hash of its sources.
            .map((one) => one.name.replace(/^[0-9a-f]{40}$/, 'image'))
            .sort(),
        ).to.deep.equal(kept[name]);
      });
    });
  }

  it('are in other languages what the schema allows', () => {
    const [yaml, python] = [
      read('examples/nginx/yaml/Pulumi.yaml'),
      read('examples/nginx/python/__main__.py'),
    ];
    expect(yamlProblems(readSchema(), yaml)).to.deep.equal([]);
    expect(pythonProblems(readSchema(), python)).to.deep.equal([]);
    expect(yamlProblems(readSchema(), yaml.replace('zones: 2', 'zones: two'))).to.deep.equal([
      'network.zones: not a number',
    ]);
    expect(pythonProblems(readSchema(), python.replace('zones=2', 'zone=2'))).to.deep.equal([
      'Network: zone is no argument',
    ]);
  });

  it('have the one that the README shows', () => {
    expect(read('README.md')).to.contain(`\`\`\`ts\n${read('examples/shop/index.ts')}\`\`\``);
  });
});
