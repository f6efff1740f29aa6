import { checkNames, checkOneOf, checkWhole, type Problems } from '../validation.ts';
import type { FargateEgressArgs, FargatePermissionArgs } from './args.ts';
import { volumeName } from './container.ts';

/** Variables that Security Hub's control ECS.8 forbids in plain text. */
const credentials = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'ECS_ENGINE_AUTH_DATA'];

interface Container {
  user: string;
  environment: object;
  secrets: object;
  writablePaths: string[];
  permissions: FargatePermissionArgs[];
}

/** The problems of a container's user, environment, writable paths and permissions. */
export function containerProblems(container: Container): Problems {
  const { environment, secrets, user, writablePaths } = container;
  const variables = [...Object.keys(environment), ...Object.keys(secrets)];
  const unnamed = variables.filter((variable) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable));
  const twice = Object.keys(environment).filter((variable) => variable in secrets);
  const open = Object.keys(environment).filter((variable) => credentials.includes(variable));
  const paths = writablePaths.filter((path) => !/^\/[^:]*[^:/]$/.test(path));
  return [
    /^(root|0)(:|$)/.test(user) || user === '' ? `user must not be root, not "${user}"` : undefined,
    unnamed.length > 0 ? `environment and secrets: ${unnamed.join(', ')} is no variable name` : undefined,
    twice.length > 0 ? `${twice.join(', ')} must be either in environment or in secrets` : undefined,
    open.length > 0
      ? `environment: ${open.join(', ')} would be readable; use permissions or secrets`
      : undefined,
    paths.length > 0
      ? `writablePaths must be absolute paths below /, not ${paths.map((path) => `"${path}"`).join(', ')}`
      : undefined,
    new Set(writablePaths.map(volumeName)).size < writablePaths.length
      ? 'writablePaths must differ in letters and digits'
      : undefined,
    ...container.permissions.flatMap(({ actions, resources }, index) => [
      actions.length === 0 || resources.length === 0
        ? `permissions[${index}] needs at least one action and one resource`
        : undefined,
      actions.some((action) => action.includes('*'))
        ? `permissions[${index}] must name each action instead of using *`
        : undefined,
    ]),
  ];
}

export function checkAddressType(ipAddressType: string | undefined): string | undefined {
  return checkOneOf('placement.ipAddressType', ipAddressType, ['ipv4', 'ipv6']);
}

export function checkArchitecture(architecture: string | undefined): string | undefined {
  return checkOneOf('architecture', architecture, ['arm64', 'x86_64']);
}

export function egressProblems(egress: FargateEgressArgs[]): Problems {
  return [
    ...checkNames(
      'egress',
      egress.map(({ name }) => name),
    ),
    ...egress.flatMap(({ name, port, cidr, cidrIpv6, prefixListId, securityGroupId }) => {
      const given = [cidr, cidrIpv6, prefixListId, securityGroupId].filter(
        (destination) => destination !== undefined,
      );
      return [
        checkWhole(`egress "${name}": port`, port, 1, 65_535),
        given.length === 1
          ? undefined
          : `egress "${name}": exactly one of cidr, cidrIpv6, prefixListId and securityGroupId must be set, not ${given.length}`,
      ];
    }),
  ];
}
