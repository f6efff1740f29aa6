import { runSimulation } from '@cloud-copilot/iam-simulate';

export const account = '123456789012';

/** What a role asks of AWS, and the policies that decide. */
export interface Asked {
  action: string;
  resource: string;
  /** The account that has the resource; an action without resources names none. @default that of the role */
  owner?: string;
  /** Condition keys; AWS, and so the simulator, ignores those that the action does not know. */
  context?: Record<string, string | string[]>;
  /** The role's own policy. @default everything is allowed */
  policy?: string;
  boundary?: string;
  endpoint?: string;
}

const everything = statement('Allow', '*');
/** What AWS writes for a key by default, and our keys have: the policies of the account's roles decide. */
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
  ],
};

/** Whether IAM lets a role of a stack do it. What it does not prove: that AWS evaluates as its documentation says. */
export async function isAllowed(asked: Asked): Promise<boolean> {
  const { action, resource, owner = account, context = {}, policy, boundary, endpoint } = asked;
  const document = (name: string, text: string) => [{ name, policy: JSON.parse(known(text)) }];
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:role/trellis/dev/any`,
        action,
        resource: { resource, accountId: owner },
        contextVariables: JSON.parse(
          known(
            JSON.stringify({ ...(resource === '*' ? {} : { 'aws:ResourceAccount': owner }), ...context }),
          ),
        ),
      },
      identityPolicies:
        policy === undefined ? [{ name: 'own', policy: everything }] : document('own', policy),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(boundary === undefined ? {} : { permissionBoundaryPolicies: document('boundary', boundary) }),
      ...(endpoint === undefined ? {} : { vpcEndpointPolicies: document('endpoint', endpoint) }),
      ...resourcePolicyOf(action, owner),
    },
    {},
  );
  if (answer.resultType !== 'error') return answer.overallResult === 'Allowed';
  throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
}

/** The simulator does not tell the keys of an encryption context apart; of a tag's it does. */
function known(text: string): string {
  return text.replaceAll('kms:EncryptionContext:', 'aws:RequestTag/EncryptionContext-');
}

/** Another account's resource lets everybody in, as that of somebody who waits for data does. */
function resourcePolicyOf(action: string, owner: string) {
  if (owner !== account) return { resourcePolicy: statement('Allow', '*', { Principal: '*' }) };
  return action.startsWith('kms:') ? { resourcePolicy: keyPolicy } : {};
}

function statement(Effect: string, Action: string, more: Record<string, string> = {}) {
  return { Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*', ...more }] };
}

/** The tags that every resource of a stack has, as a request's condition keys. */
export function tagsOf(stack: string, project = 'trellis'): Record<string, string> {
  return { 'aws:ResourceTag/project': project, 'aws:ResourceTag/stack': stack };
}
