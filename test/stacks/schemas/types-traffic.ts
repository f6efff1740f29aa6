import { attribute, client, type Mapped, provider } from './mapped.ts';
import type { Names } from './reshaped.ts';

/** What AWS calls the types that carry requests: networks, balancers, the CDN. */
export const trafficTypes: Readonly<Record<string, Mapped>> = {
  'aws:acm/certificate:Certificate': {
    type: 'AWS::CertificateManager::Certificate',
    without: { region: client },
  },
  'aws:apigatewayv2/api:Api': { type: 'AWS::ApiGatewayV2::Api' },
  'aws:apigatewayv2/integration:Integration': {
    type: 'AWS::ApiGatewayV2::Integration',
    names: { timeoutMilliseconds: 'timeoutInMillis' },
  },
  'aws:apigatewayv2/route:Route': { type: 'AWS::ApiGatewayV2::Route' },
  'aws:apigatewayv2/stage:Stage': { type: 'AWS::ApiGatewayV2::Stage', names: { name: 'stageName' } },
  'aws:apigatewayv2/vpcLink:VpcLink': { type: 'AWS::ApiGatewayV2::VpcLink', given: ['Name'] },
  'aws:cloudfront/cachePolicy:CachePolicy': {
    type: 'AWS::CloudFront::CachePolicy',
    within: 'cachePolicyConfig',
    names: {
      'parametersInCacheKeyAndForwardedToOrigin.headersConfig.headers': ({ items }) => ({ headers: items }),
    },
    given: ['cachePolicyConfig.Name'],
  },
  'aws:cloudfront/distribution:Distribution': {
    type: 'AWS::CloudFront::Distribution',
    within: 'distributionConfig',
    names: {
      isIpv6Enabled: 'ipv6Enabled',
      orderedCacheBehaviors: 'cacheBehaviors',
      'origins.originId': 'id',
      'origins.customHeaders': 'originCustomHeaders',
      'origins.customHeaders.name': 'headerName',
      'origins.customHeaders.value': 'headerValue',
    },
  },
  'aws:cloudfront/function:Function': {
    type: 'AWS::CloudFront::Function',
    names: {
      comment: 'functionConfig.comment',
      runtime: 'functionConfig.runtime',
      code: 'functionCode',
      publish: 'autoPublish',
    },
    given: ['Name'],
  },
  'aws:cloudfront/originAccessControl:OriginAccessControl': {
    type: 'AWS::CloudFront::OriginAccessControl',
    within: 'originAccessControlConfig',
    given: ['originAccessControlConfig.Name'],
  },
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': {
    type: 'AWS::CloudFront::ResponseHeadersPolicy',
    within: 'responseHeadersPolicyConfig',
    given: ['responseHeadersPolicyConfig.Name'],
  },
  'aws:cloudfront/vpcOrigin:VpcOrigin': {
    type: 'AWS::CloudFront::VpcOrigin',
    names: {
      'vpcOriginEndpointConfig.originSslProtocols': ({ items }) => ({ originSslProtocols: items }),
    },
    without: { timeouts: provider },
  },
  'aws:ec2/eip:Eip': { type: 'AWS::EC2::EIP' },
  'aws:ec2/flowLog:FlowLog': {
    type: 'AWS::EC2::FlowLog',
    names: {
      iamRoleArn: 'deliverLogsPermissionArn',
      vpcId: (id) => ({ resourceId: id, resourceType: 'VPC' }),
    },
  },
  'aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway': {
    type: 'AWS::EC2::EgressOnlyInternetGateway',
  },
  'aws:ec2/internetGateway:InternetGateway': {
    type: 'AWS::EC2::InternetGateway',
    without: { vpcId: 'AWS attaches by a resource of its own' },
  },
  'aws:ec2/natGateway:NatGateway': { type: 'AWS::EC2::NatGateway' },
  'aws:ec2/route:Route': {
    type: 'AWS::EC2::Route',
    names: { egressOnlyGatewayId: 'egressOnlyInternetGatewayId' },
  },
  'aws:ec2/routeTable:RouteTable': { type: 'AWS::EC2::RouteTable' },
  'aws:ec2/routeTableAssociation:RouteTableAssociation': { type: 'AWS::EC2::SubnetRouteTableAssociation' },
  'aws:ec2/securityGroup:SecurityGroup': {
    type: 'AWS::EC2::SecurityGroup',
    names: { description: 'groupDescription' },
  },
  'aws:ec2/subnet:Subnet': {
    type: 'AWS::EC2::Subnet',
    names: {
      privateDnsHostnameTypeOnLaunch: (hostnameType) => ({ privateDnsNameOptionsOnLaunch: { hostnameType } }),
    },
    without: { enableResourceNameDnsAaaaRecordOnLaunch: 'AWS has it in the same object' },
  },
  'aws:ec2/vpc:Vpc': { type: 'AWS::EC2::VPC' },
  'aws:ec2/vpcEndpoint:VpcEndpoint': {
    type: 'AWS::EC2::VPCEndpoint',
    names: { policy: 'policyDocument' },
  },
  'aws:ec2/vpcIpv6CidrBlockAssociation:VpcIpv6CidrBlockAssociation': {
    type: 'AWS::EC2::VPCCidrBlock',
    names: { assignGeneratedIpv6CidrBlock: 'amazonProvidedIpv6CidrBlock' },
  },
  'aws:lb/listener:Listener': {
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    names: {
      ...actions('defaultActions'),
      certificateArn: (arn) => ({ certificates: [{ certificateArn: arn }] }),
    },
  },
  'aws:lb/listenerRule:ListenerRule': {
    type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    names: {
      ...actions('actions'),
      'conditions.pathPattern': 'pathPatternConfig',
      'conditions.httpHeader': 'httpHeaderConfig',
    },
  },
  'aws:lb/loadBalancer:LoadBalancer': {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    names: {
      loadBalancerType: 'type',
      internal: (internal) => ({ scheme: internal ? 'internal' : 'internet-facing' }),
    },
    without: {
      accessLogs: attribute,
      desyncMitigationMode: attribute,
      dropInvalidHeaderFields: attribute,
      enableDeletionProtection: attribute,
      idleTimeout: attribute,
    },
  },
  'aws:lb/targetGroup:TargetGroup': {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    names: {
      healthCheck: (check) => ({
        healthCheckPath: check.path,
        healthCheckIntervalSeconds: check.interval,
        healthCheckTimeoutSeconds: check.timeout,
        healthyThresholdCount: check.healthyThreshold,
        unhealthyThresholdCount: check.unhealthyThreshold,
      }),
    },
    without: { deregistrationDelay: attribute, loadBalancingAlgorithmType: attribute },
  },
  'aws:route53/record:Record': {
    type: 'AWS::Route53::RecordSet',
    names: {
      zoneId: 'hostedZoneId',
      records: 'resourceRecords',
      aliases: 'aliasTarget',
      'aliases.name': 'dnsName',
      'aliases.zoneId': 'hostedZoneId',
    },
    without: { allowOverwrite: provider },
  },
  'aws:route53/zone:Zone': {
    type: 'AWS::Route53::HostedZone',
    names: {
      comment: (comment) => ({ hostedZoneConfig: { comment } }),
      vpcs: (vpcs) => ({ vPCs: (vpcs as object[]).map((vpc) => ({ ...vpc, vpcRegion: 'us-east-1' })) }),
    },
    without: { forceDestroy: provider },
  },
  'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace': {
    type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
    given: ['Name'],
  },
  'aws:servicediscovery/service:Service': {
    type: 'AWS::ServiceDiscovery::Service',
    without: { forceDestroy: provider },
  },
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': {
    type: 'AWS::EC2::SecurityGroupEgress',
    names: sides('destination'),
  },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': {
    type: 'AWS::EC2::SecurityGroupIngress',
    names: sides('source'),
  },
  'aws:wafv2/webAcl:WebAcl': { type: 'AWS::WAFv2::WebACL', without: { region: client } },
  'aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration': {
    type: 'AWS::WAFv2::LoggingConfiguration',
    without: { region: client },
  },
};

function actions(path: string): Names {
  return {
    [`${path}.fixedResponse`]: 'fixedResponseConfig',
    [`${path}.redirect`]: 'redirectConfig',
    [`${path}.forward`]: 'forwardConfig',
    [`${path}.forward.targetGroups.arn`]: 'targetGroupArn',
  };
}

function sides(side: string): Names {
  return {
    cidrIpv4: 'cidrIp',
    prefixListId: `${side}PrefixListId`,
    referencedSecurityGroupId: `${side}SecurityGroupId`,
    securityGroupId: 'groupId',
  };
}
