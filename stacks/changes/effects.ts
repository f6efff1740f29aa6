import type { Properties } from '../evaluate/registered.ts';
import { nameOf } from '../evaluate/urn.ts';
import { revealed } from '../evaluate/values.ts';
import { forwardedTo } from '../identities/claims.ts';
import { dependenciesOf } from './conflicts.ts';
import type { Step } from './engine.ts';
import { refusalOf } from './refusals.ts';
import { replacement } from './replacement.ts';

export const noEffect = 'no effect on callers';

// biome-ignore lint/suspicious/noExplicitAny: an effect reads what is there, whatever its shape.
type Inputs = Record<string, any>;

/** What a step means for those who use the stack. */
export function effectsOf(steps: readonly Step[]): Map<Step, string> {
  const plan: Plan = { steps, done: dependenciesOf(steps) };
  return new Map(
    steps.map((step) => [
      step,
      refusalOf(step, steps) ?? dataLost(step) ?? unheardOf(step) ?? interrupted(step, plan),
    ]),
  );
}

interface Plan {
  readonly steps: readonly Step[];
  /** The URNs of all that the engine has finished with before a step. */
  readonly done: (step: Step) => ReadonlySet<string>;
}

/** What is lost with a resource. */
const holds: Readonly<Record<string, string>> = {
  'aws:dynamodb/table:Table': 'its items',
  'aws:s3/bucket:Bucket': 'its objects',
  'aws:cloudwatch/logGroup:LogGroup': 'its log',
  'aws:ecr/repository:Repository': 'its images',
  'aws:sqs/queue:Queue': 'its messages',
  'aws:kms/key:Key': 'what it has encrypted',
};

function dataLost({ action, before }: Step): string | undefined {
  const content = holds[before?.resource.type ?? ''];
  if (content === undefined || (action !== 'delete' && action !== 'replace')) return undefined;
  if (before?.resource.retainOnDelete) return `${noEffect}: it stays in AWS, outside of the stack`;
  return `data lost: ${content}`;
}

/** Of a type without facts nothing can be said. */
function unheardOf(step: Step): string | undefined {
  const isTouched = ['update', 'replace', 'delete'].includes(step.action) || step.mayReplace.length > 0;
  if (!isTouched || step.before?.resource.retainOnDelete || replacement[typeOf(step)] !== undefined)
    return undefined;
  return `not known: no table has facts of ${typeOf(step)}`;
}

function interrupted(step: Step, plan: Plan): string {
  const why = interruptions[typeOf(step)]?.(step, plan);
  return why === undefined ? noEffect : `requests interrupted: ${why}`;
}

const ruleType = 'aws:lb/listenerRule:ListenerRule';

const interruptions: Readonly<Record<string, (step: Step, plan: Plan) => string | undefined>> = {
  'aws:lb/listener:Listener': emptyGroup,
  [ruleType]: emptyGroup,
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': cutOff,
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': cutOff,
  'aws:ecs/service:Service': left,
  'aws:cloudfront/distribution:Distribution': notThereYet,
  'aws:route53/record:Record': unnamed,
};

/** A target group without targets answers 503
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html). */
function emptyGroup(step: Step, { steps, done }: Plan): string | undefined {
  if (step.action === 'replace' && step.after?.resource.ignoreChanges.includes('actions')) {
    return 'it begins with its first target group, which is empty and answers 503 where a release has moved to the other';
  }
  if (step.action !== 'update' || isNeverAsked(step, steps)) return undefined;
  const groups = new Set(forwardedTo(inputsOf(step, 'after')));
  for (const group of forwardedTo(inputsOf(step, 'before'))) groups.delete(group);
  const service = steps.find(
    (one) => typeOf(one) === 'aws:ecs/service:Service' && movesInto(one, groups) && !done(step).has(one.urn),
  );
  if (service === undefined) return undefined;
  return `it sends to a target group that is empty until ${nameOf(service.urn)} has moved there, and answers 503`;
}

function movesInto(service: Step, groups: ReadonlySet<string>): boolean {
  const old = targetsOf(inputsOf(service, 'before'));
  return targetsOf(inputsOf(service, 'after')).some((arn) => groups.has(arn) && !old.includes(arn));
}

/** Whether a rule takes every request before the listener's default action does. */
function isNeverAsked({ before }: Step, steps: readonly Step[]): boolean {
  return steps.some((one) => {
    const { listenerArn, conditions = [] } = inputsOf(one, 'before');
    const takesAll = conditions.every(({ pathPattern }: Inputs) => pathPattern?.values.includes('/*'));
    return typeOf(one) === ruleType && listenerArn === before?.answer.id && takesAll;
  });
}

/** Rules hold at once, also for what runs already
 * (https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html). */
function cutOff(step: Step): string | undefined {
  const isAtOnce = step.action === 'update' || (step.action === 'replace' && step.oldFirst);
  const changed = step.differences.filter(({ path }) => !/^(description|tags)/.test(path));
  if (!isAtOnce || changed.length === 0) return undefined;
  const what = changed.map(({ path, before }) => `${path} ${JSON.stringify(before)}`).join(', ');
  return `connections by ${what} are cut off at once, before what uses them has moved`;
}

/** Where a service's old targets are still asked after it has left. */
function left(step: Step, { steps, done }: Plan): string | undefined {
  if (step.action === 'delete') return 'no task is left';
  if (step.action === 'replace') {
    return step.oldFirst ? 'no task runs until the new service does' : undefined;
  }
  const now = targetsOf(inputsOf(step, 'after'));
  const gone = targetsOf(inputsOf(step, 'before')).filter((target) => !now.includes(target));
  if (step.action === 'create' || gone.length === 0) return undefined;
  const later = steps.filter(
    (one) => entries.has(typeOf(one)) && one.action !== 'same' && !done(step).has(one.urn),
  );
  if (later.length === 0) return undefined;
  return `it leaves ${gone.map(shortened).join(', ')}, where ${list(later)} may still send requests`;
}

const entries = new Set(['aws:cloudfront/distribution:Distribution', 'aws:lb/listener:Listener', ruleType]);

/** What has to be in place before another origin answers. */
const serving = new Set([
  'aws:lb/listener:Listener',
  'aws:lb/listenerRule:ListenerRule',
  'aws:ecs/service:Service',
  'aws:apigatewayv2/route:Route',
  'aws:apigatewayv2/integration:Integration',
  'aws:apigatewayv2/stage:Stage',
]);

function notThereYet(step: Step, { steps, done }: Plan): string | undefined {
  if (step.action === 'delete') return 'its address answers no longer';
  if (step.action === 'replace') return 'its address changes';
  const isMoved = step.differences.some(({ path }) => /^origins.*(domainName|OriginConfig|\[\])/.test(path));
  if (step.action !== 'update' || !isMoved) return undefined;
  const missing = steps.filter(
    (one) =>
      isServing(one, steps) &&
      ['create', 'replace', 'update'].includes(one.action) &&
      one.differences.every(({ path }) => !path.startsWith('tags')) &&
      !done(step).has(one.urn),
  );
  if (missing.length === 0) return undefined;
  return `it sends to its new origin, while ${list(missing)} may not be ready there`;
}

/** Of security groups' rules those that let callers in or to the tasks. */
function isServing(step: Step, steps: readonly Step[]): boolean {
  if (!typeOf(step).includes('SecurityGroupIngressRule')) return serving.has(typeOf(step));
  const { securityGroupId } = inputsOf(step, 'after');
  return steps.some((one) => {
    const { securityGroups, securityGroupIds, networkConfiguration } = inputsOf(one, 'after');
    const groups = securityGroups ?? networkConfiguration?.securityGroups ?? securityGroupIds ?? [];
    return behind.has(typeOf(one)) && groups.includes(securityGroupId);
  });
}

const behind = new Set([
  'aws:lb/loadBalancer:LoadBalancer',
  'aws:apigatewayv2/vpcLink:VpcLink',
  'aws:ecs/service:Service',
]);

function unnamed(step: Step, { steps }: Plan): string | undefined {
  const { action, oldFirst } = step;
  const { zoneId } = inputsOf(step, 'before');
  // The VPC's private zone hid the name that the internet has.
  const isUncovered = steps.some(
    (one) =>
      typeOf(one) === 'aws:route53/zone:Zone' && one.action === 'delete' && one.before?.answer.id === zoneId,
  );
  if (action === 'delete') return isUncovered ? undefined : 'the name resolves no longer';
  return action === 'replace' && oldFirst
    ? 'the name does not resolve until the new record is there'
    : undefined;
}

/** Target groups and Cloud Map services in which a service's tasks are registered. */
function targetsOf({ loadBalancers = [], serviceRegistries }: Inputs): string[] {
  const found = [
    ...loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }: Inputs) => [
      targetGroupArn,
      advancedConfiguration?.alternateTargetGroupArn,
    ]),
    serviceRegistries?.registryArn,
  ];
  return found.filter((arn) => typeof arn === 'string');
}

function inputsOf(step: Step, when: 'before' | 'after'): Inputs {
  return revealed(step[when]?.resource.inputs ?? {}) as Properties;
}

function typeOf({ before, after }: Step): string {
  return after?.resource.type ?? before?.resource.type ?? '';
}

function list(steps: readonly Step[]): string {
  return steps.map(({ urn }) => nameOf(urn)).join(', ');
}

/** The last part of an ARN. */
function shortened(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
