import * as pulumi from '@pulumi/pulumi';
import { deliver } from '../../../stacks/delivery/program.ts';
import { only, record } from '../../components/mocks.ts';

/** The program of stacks/delivery with a configuration. */
export async function deliverWith(config: Record<string, string> = {}) {
  const { resources, outputs } = await record(
    () => {
      const given = {
        repository: 'example/shop',
        environments: '["dev","prod"]',
        previewStack: 'dev',
        ...config,
      };
      const entries = Object.entries(given).map(([key, value]) => [`trellis-delivery:${key}`, value]);
      pulumi.runtime.setAllConfig(Object.fromEntries(entries));
      return deliver();
    },
    { project: 'trellis-delivery', stack: 'delivery' },
  );
  const policy = only(resources, 'aws:iam/rolePolicy:RolePolicy', 'github-deploy-prod').inputs.policy;
  return { resources, outputs, deployPolicy: String(policy) };
}
