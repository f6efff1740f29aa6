import type { Answer, Child, Cloud, MadeChild, Properties, Registered } from '../evaluate/registered.ts';
import { revealed } from '../evaluate/values.ts';
import { childrenOf } from './declared.ts';
import { simulateCall, simulateResource } from './simulate.ts';

/** A cloud in which everything that a program asks for is made at once, with names and ARNs of a placeholder account. */
export function simulatedCloud(region: string): Cloud {
  return {
    resource: (resource, children) => simulated(resource, children, region),
    call: (token, inputs) => simulateCall(token, revealed(inputs) as Properties, region),
    children: async ({ type, name, inputs }) => {
      const children = childrenOf({ type, name, inputs: revealed(inputs) as Properties }, region);
      return children.map((child): Child => ({ ...child, references: siblings }));
    },
  };
}

/** @param generation differs for the resource that takes the place of another of the same name */
export function simulated(
  { type, name, inputs }: Registered,
  children: readonly MadeChild[],
  region: string,
  generation = '',
): Answer {
  const { id, state } = simulateResource(type, name, revealed(inputs) as Properties, region, generation);
  const made = type === 'awsx:ec2:Vpc' ? vpcOutputs(children) : {};
  return { id, outputs: { ...state, ...inputs, ...made } };
}

/** A cloud that answers nothing before the deployment, as for the first preview of a new stack. */
export function unknownCloud(region: string): Cloud {
  return { ...simulatedCloud(region), resource: () => ({ id: undefined, outputs: {} }) };
}

/** The inputs of declared children that refer to a sibling. */
const siblings = {
  vpcId: 'aws:ec2/vpc:Vpc',
  subnetId: 'aws:ec2/subnet:Subnet',
  routeTableId: 'aws:ec2/routeTable:RouteTable',
  gatewayId: 'aws:ec2/internetGateway:InternetGateway',
  natGatewayId: 'aws:ec2/natGateway:NatGateway',
  allocationId: 'aws:ec2/eip:Eip',
};

function vpcOutputs(children: readonly MadeChild[]): Properties {
  const of = (type: string) => children.filter(({ resource }) => resource.type === type);
  const subnets = (kind: string) =>
    of(siblings.subnetId)
      .filter(({ resource }) => (revealed(resource.inputs) as { tags: Properties }).tags.SubnetType === kind)
      .map(({ answer }) => answer.id);
  const [vpc] = of(siblings.vpcId);
  return {
    vpcId: vpc?.answer.id,
    vpc: { ...vpc?.answer.outputs, id: vpc?.answer.id },
    publicSubnetIds: subnets('Public'),
    privateSubnetIds: subnets('Private'),
    isolatedSubnetIds: subnets('Isolated'),
    routeTables: of(siblings.routeTableId).map(({ answer }) => ({ id: answer.id })),
  };
}
