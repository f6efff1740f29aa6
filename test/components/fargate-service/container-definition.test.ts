import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import {
  type ContainerParts,
  containerDefinitions,
  nodeHealthCommand,
} from '../../../components/fargate-service/container-definition.ts';
import { canonicalJson, volumeName } from '../../../components/fargate-task/index.ts';

const parts: ContainerParts = {
  name: 'app',
  image: 'app:1',
  command: undefined,
  user: '1000:1000',
  ports: [8080],
  environment: { PORT: '8080', HOST: '0.0.0.0' },
  secrets: {},
  mounts: [{ path: '/tmp', volume: 'tmp' }],
  healthCheck: { command: ['CMD', 'true'], interval: 10, timeout: 5, retries: 3, startPeriod: 30 },
  stopTimeoutSeconds: 30,
  essential: true,
  dependsOn: [],
  cpu: undefined,
  memory: undefined,
  log: { group: 'logs', region: 'eu-west-1', prefix: 'api' },
};

describe('container definitions', () => {
  it('are canonical: sorted keys and lists, with the defaults of AWS written out', () => {
    expect(containerDefinitions([parts])).to.equal(
      '[{"cpu":0,"environment":[{"name":"HOST","value":"0.0.0.0"},{"name":"PORT","value":"8080"}],' +
        '"essential":true,"healthCheck":{"command":["CMD","true"],"interval":10,"retries":3,"startPeriod":30,' +
        '"timeout":5},"image":"app:1","linuxParameters":{"capabilities":{"drop":["ALL"]},' +
        '"initProcessEnabled":true},"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"logs",' +
        '"awslogs-region":"eu-west-1","awslogs-stream-prefix":"api","max-buffer-size":"25m",' +
        '"mode":"non-blocking"}},"mountPoints":[{"containerPath":"/tmp","readOnly":false,"sourceVolume":"tmp"}],' +
        '"name":"app","portMappings":[{"containerPort":8080,"hostPort":8080,"protocol":"tcp"}],' +
        '"readonlyRootFilesystem":true,"stopTimeout":30,"systemControls":[],"user":"1000:1000","volumesFrom":[]}]',
    );
  });

  it('do not depend on the order in which variables were given', () => {
    const reordered = { ...parts, environment: { HOST: '0.0.0.0', PORT: '8080' } };
    expect(containerDefinitions([reordered])).to.equal(containerDefinitions([parts]));
  });

  it('carry command, secrets and no port for a worker', () => {
    const [container] = JSON.parse(
      containerDefinitions([
        {
          ...parts,
          command: ['node', 'app/job.ts'],
          secrets: { KEY: 'arn:b', API_KEY: 'arn:a' },
          ports: [],
          healthCheck: undefined,
        },
      ]),
    );
    expect(container.command).to.deep.equal(['node', 'app/job.ts']);
    expect(container.secrets).to.deep.equal([
      { name: 'API_KEY', valueFrom: 'arn:a' },
      { name: 'KEY', valueFrom: 'arn:b' },
    ]);
    expect(container.portMappings).to.deep.equal([]);
    expect(container).not.to.have.property('healthCheck');
  });

  it('name a volume after its path', () => {
    expect(volumeName('/tmp')).to.equal('tmp');
    expect(volumeName('/var/lib/app.d')).to.equal('var-lib-app-d');
  });

  it('sort keys at every depth and keep lists as they are', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 0], a: undefined })).to.equal('{"b":[{"c":2,"d":1},0]}');
  });
});

describe('the health check by Node', () => {
  /** Runs the command as ECS does and tells its exit code; null when it hangs. */
  async function exitCode(port: number, path: string, timeoutSeconds = 5): Promise<number | null> {
    const [, , ...args] = nodeHealthCommand(port, path, timeoutSeconds);
    const [code] = await once(spawn(process.execPath, args, { stdio: 'ignore', timeout: 10_000 }), 'exit');
    return code;
  }

  it('succeeds on 2xx and 3xx, fails on anything else, on silence and when nobody listens', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/silent') return;
      response.statusCode = Number(request.url?.slice(1));
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      expect(await exitCode(port, '/200')).to.equal(0);
      expect(await exitCode(port, '/302')).to.equal(0);
      expect(await exitCode(port, '/404')).to.equal(1);
      expect(await exitCode(port, '/503')).to.equal(1);
      expect(await exitCode(port, '/silent', 0.2)).to.equal(1);
    } finally {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
    expect(await exitCode(port, '/200')).to.equal(1);
  });
});
