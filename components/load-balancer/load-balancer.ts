import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { assertValid } from '../validation.ts';
import type { LoadBalancerArgs, LoadBalancerListenerArgs } from './args.ts';
import { type Scope, withDefaults } from './defaults.ts';
import { createIngressRules, createSecurityGroup } from './entry.ts';
import { createListeners } from './listeners.ts';
import { problems } from './validate.ts';

/**
 * An Application Load Balancer, public or internal, which services share.
 *
 * ```ts
 * const balancer = new LoadBalancer('public', {
 *   vpcId: network.vpcId,
 *   subnetIds: network.publicSubnetIds,
 *   internetFacing: true,
 *   certificateArn,
 * });
 * new FargateService('shop', {
 *   placement: network.placement,
 *   image: image.reference,
 *   listenerRules: [{ name: 'web', listener: balancer.listener, hosts: ['shop.example.com'] }],
 * });
 * ```
 *
 * **Costs** at rest 16.43 USD a month (us-east-1), and 3.65 for each public address, one per subnet. Beside that 0.008 an hour
 * for each unit of 25 new connections a second, 3,000 open ones or 1 GB an hour.
 *
 * **Open to** what `allowedCidrs`, `allowedPrefixListIds` and `allowedSecurityGroupIds` name, on port 80 and with a
 * certificate 443. What no rule matches is answered 404.
 *
 * Children are called `<name>-<role>`: `-entry` (its security group), `-from-<source>-<port>`, `-lb` (`-l6` with
 * `dualStack`), `-http`, with a certificate
 * `-https` and `-certificate-<name>`, with a web ACL `-web-acl`. Rarer settings go through the option `transforms`, such as the
 * `Host` header that targets see, with its port:
 *
 * ```ts
 * transforms: [
 *   ({ type, props, opts }) =>
 *     type === 'aws:lb/loadBalancer:LoadBalancer'
 *       ? { props: { ...props, preserveHostHeader: true }, opts }
 *       : undefined,
 * ]
 * ```
 *
 * @throws an error that lists every problem of the arguments
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** What services that share the load balancer need to know of it. */
  readonly listener: LoadBalancerListenerArgs;
  /** Its address, known once callers may connect. */
  readonly url: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** Route 53's zone of `dnsName`, for an alias record. */
  readonly zoneId: pulumi.Output<string>;
  readonly loadBalancerArn: pulumi.Output<string>;
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** The listener of port 80, which redirects where there is a certificate. */
  readonly httpListener: aws.lb.Listener;
  readonly httpsListener: aws.lb.Listener | undefined;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    assertValid('LoadBalancer', name, problems(name, args));
    super('trellis:index:LoadBalancer', name, {}, opts);
    const settings = withDefaults(args);
    const scope: Scope = { name, settings, tags: settings.tags, child: { parent: this } };
    const entry = createSecurityGroup(scope);
    const ingress = createIngressRules(scope, entry);
    const loadBalancer = createBalancer(scope, entry);
    const { http, https } = createListeners(scope, loadBalancer);
    createWebAclAssociation(scope, loadBalancer);

    this.loadBalancer = loadBalancer;
    this.loadBalancerArn = loadBalancer.arn;
    this.dnsName = loadBalancer.dnsName;
    this.zoneId = loadBalancer.zoneId;
    this.securityGroup = entry;
    this.httpListener = http;
    this.httpsListener = https;
    openings.set(this, [http, ...(https === undefined ? [] : [https]), ...ingress]);
    this.url = pulumi
      .all([
        pulumi.interpolate`${https === undefined ? 'http' : 'https'}://${settings.domainName ?? loadBalancer.dnsName}`,
        ...openingsOf(this).map(({ urn }) => urn),
      ])
      .apply(([url]) => url as string);
    this.listener = {
      listenerArn: (https ?? http).arn,
      securityGroupId: entry.id,
      arnSuffix: loadBalancer.arnSuffix,
      url: this.url,
      stack: ownStack(),
    };
    this.registerOutputs({ url: this.url, dnsName: this.dnsName, loadBalancerArn: this.loadBalancerArn });
  }
}

/** `<project>/<stack>` of the program that runs. */
export function ownStack(): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}`;
}

/** What must exist before callers get an answer: the listeners and the rules that let them connect. It is kept outside of the
 * class, since Pulumi makes each field, private ones too, an output in every language. */
const openings = new WeakMap<LoadBalancer, pulumi.Resource[]>();

export function openingsOf(balancer: LoadBalancer): pulumi.Resource[] {
  return openings.get(balancer) as pulumi.Resource[];
}

function createBalancer({ name, settings, tags, child }: Scope, entry: aws.ec2.SecurityGroup) {
  const { accessLogsBucket, deletionProtection } = settings;
  return new aws.lb.LoadBalancer(
    // The provider moves a load balancer to its new subnets before it changes the kind of its addresses, which AWS refuses
    // for subnets without IPv6. Under another name a new one is made beside it.
    `${name}-${settings.dualStack ? 'l6' : 'lb'}`,
    {
      loadBalancerType: 'application',
      internal: !settings.internetFacing,
      ...(settings.dualStack ? { ipAddressType: 'dualstack' } : {}),
      subnets: settings.subnetIds,
      securityGroups: [entry.id],
      idleTimeout: settings.idleTimeoutSeconds,
      enableDeletionProtection: deletionProtection,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: 'defensive',
      accessLogs:
        accessLogsBucket === undefined
          ? undefined
          : { bucket: accessLogsBucket, prefix: name, enabled: true },
      tags,
    },
    {
      ...child,
      // AWS would refuse to delete it at the very end of a replacement. Pulumi refuses before anything has changed.
      protect: deletionProtection,
      // Its security group is replaced only with the VPC, and AWS moves no load balancer into another VPC.
      replaceOnChanges: ['securityGroups'],
    },
  );
}

function createWebAclAssociation({ name, settings, child }: Scope, loadBalancer: aws.lb.LoadBalancer): void {
  const { webAclArn } = settings;
  if (webAclArn === undefined) return;
  new aws.wafv2.WebAclAssociation(
    `${name}-web-acl`,
    { resourceArn: loadBalancer.arn, webAclArn },
    // A load balancer has one web ACL. Deleting the old association last would take the new one away.
    { ...child, deleteBeforeReplace: true },
  );
}
