import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { FargateService } from '../../../components/fargate-service/index.ts';
import { releaseProblem } from '../../../components/fargate-service/release-check.ts';
import { record } from '../mocks.ts';
import { requestedRevision, worker } from './fixture.ts';

const family = 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop';

describe('the release check', () => {
  it('is content with the revision that was asked for', () => {
    expect(releaseProblem('api', `${family}:7`, `${family}:7`)).to.equal(undefined);
  });

  it('tells an earlier revision, and what to do', () => {
    expect(releaseProblem('api', `${family}:7`, `${family}:6`))
      .to.match(/^release failed: service "api" runs shop:6 instead of shop:7\. /)
      .and.contain('ECS rolled the release back')
      .and.contain('`pulumi up --refresh`');
  });

  it('tells a later revision too: somebody deployed by hand', () => {
    expect(releaseProblem('api', `${family}:7`, `${family}:8`)).to.contain('runs shop:8 instead of shop:7');
  });

  it('takes no revision for another that begins with the same digits', () => {
    expect(releaseProblem('api', `${family}:1`, `${family}:11`)).to.contain('runs shop:11 instead of shop:1');
  });

  it('asks ECS itself, once, for the service of this program', async () => {
    const asked: unknown[] = [];
    const { outputs } = await record(
      () => {
        const service = new FargateService('api', worker);
        return {
          released: service.taskDefinitionArn,
          service: service.serviceName,
          cluster: service.clusterArn,
        };
      },
      {
        call: (token, inputs) => {
          if (token !== 'aws:ecs/getService:getService') return undefined;
          asked.push(inputs);
          return { taskDefinition: requestedRevision };
        },
      },
    );
    expect(asked).to.deep.equal([{ clusterArn: outputs.cluster, serviceName: outputs.service }]);
    expect(outputs.released).to.equal(requestedRevision);
  });

  it('asks nothing in a preview, which releases nothing', async () => {
    const asked: string[] = [];
    const call = (token: string) => {
      asked.push(token);
      return undefined;
    };
    await record(() => void new FargateService('api', worker), { preview: true, call });
    await record(() => void new FargateService('api', worker), { unknownOutputs: true, call });
    expect(asked).not.to.include('aws:ecs/getService:getService').and.not.to.deep.equal([]);
  });

  async function runProgram(...args: string[]): Promise<{ code: number; errors: string }> {
    const program = fileURLToPath(new URL('rolled-back.ts', import.meta.url));
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, errors };
  }

  it('fails the whole program when ECS rolled the release back', async () => {
    const { code, errors } = await runProgram();
    expect(code).not.to.equal(0);
    expect(errors).to.match(
      /ResourceError: release failed: service "api-service-[0-9a-f]{7}" runs trellis-test-api:41/,
    );
  });

  it('does not fail the preview of the next one', async () => {
    expect((await runProgram('--preview')).code).to.equal(0);
  });
});
