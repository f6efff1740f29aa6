import type { SettingKey } from '../../stacks/settings/index.ts';

const certificate = [
  'service.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/x',
  'service.domainName=api.example.com',
];
const ownName = ['site.domainName=www.example.com', 'site.hostedZoneId=Z1'];
/** `dev` with a load balancer: `prod` scales by requests, which these releases exclude. */
const shifting = ['service.exposure=internal-load-balancer'];
const slack = ['alarms.slackWorkspace=T07EA123LEP', 'alarms.slackChannel=C07EZ1ABC23'];
const canary = [...shifting, 'release.strategy=canary'];
const slackBot = ['ingest.slackChannel=C0123456789', 'ingest.slackToken=xoxb-1-a'];
const digest = `sha256:${'0'.repeat(64)}`;

/** Of a key: another one that it follows while it is not set, and which then makes the same line. */
export const followed: Partial<Record<SettingKey, SettingKey>> = {
  'scans.slackChannel': 'ingest.slackChannel',
  'scans.tracing': 'ingest.tracing',
};

/** Per key: a stack, its overrides, and a line of the difference that they make. */
export const effects: Record<SettingKey, [stack: string, overrides: string[], change: string | RegExp]> = {
  'network.egress': [
    'dev',
    ['network.egress=nat'],
    '+ aws:ec2/natGateway:NatGateway  network-vpc-us-east-1a',
  ],
  'jobs.egress': [
    'prod',
    ['network.egress=ipv6', 'jobs.egress=endpoints'],
    '+ aws:ec2/vpcEndpoint:VpcEndpoint  network-jobs-ecr.api',
  ],
  'network.zones': ['prod', ['network.zones=2'], /routeTableIds: \[("[^"]+",?){6}\] → \[("[^"]+",?){4}\]$/m],
  'network.zoneNames': [
    'dev',
    ['network.zoneNames=["us-east-1c","us-east-1d"]'],
    '+ aws:ec2/subnet:Subnet  network-vpc-public-us-east-1d',
  ],
  'network.cidrBlock': [
    'prod',
    ['network.cidrBlock=10.9.0.0/16'],
    '    cidrBlock: 10.0.0.0/16 → 10.9.0.0/16',
  ],
  'network.flowLogTraffic': [
    'dev',
    ['network.flowLogTraffic=NONE'],
    '- aws:ec2/flowLog:FlowLog  network-flow-log',
  ],
  'service.exposure': [
    'dev',
    ['service.exposure=public-load-balancer'],
    '+ aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule  api-from-0.0.0.0-0-80',
  ],
  'service.cpu': ['dev', ['service.cpu=512', 'service.memory=1024'], '    cpu: 256 → 512'],
  'service.memory': ['dev', ['service.memory=1024'], '    memory: 512 → 1024'],
  'service.architecture': ['dev', ['service.architecture=x86_64'], '    platform: linux/arm64 → linux/amd64'],
  'service.certificateArn': ['prod', certificate, '+ aws:lb/listener:Listener  api-https'],
  'service.domainName': [
    'prod',
    certificate,
    /origins: .* → .*"domainName":"api\.example\.com","originId":"service"/,
  ],
  'service.allowedCidrs': [
    'prod',
    ['service.allowedCidrs=["10.0.0.0/8","192.168.0.0/16"]'],
    '+ aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule  api-from-192.168.0.0-16-80',
  ],
  'site.domainName': ['prod', ownName, /url: \S+ → https:\/\/www\.example\.com$/m],
  'site.hostedZoneId': ['prod', ownName, '+ aws:route53/record:Record  site-aaaa'],
  'site.certificateArn': [
    'prod',
    [
      'site.domainName=www.example.com',
      'site.certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/y',
    ],
    /viewerCertificate: .* → \{"acmCertificateArn":"arn:aws:acm:us-east-1:123456789012:certificate\/y"/,
  ],
  'site.webAcl': ['prod', ['site.webAcl=false'], '- aws:wafv2/webAcl:WebAcl  site-acl'],
  'site.requestsPerFiveMinutes': [
    'prod',
    ['site.requestsPerFiveMinutes=77'],
    /rules: .*"limit":5000.* → .*"limit":77/,
  ],
  'site.accessLogs': [
    'dev',
    ['site.accessLogs=true'],
    '+ aws:cloudwatch/logDelivery:LogDelivery  site-access-logs',
  ],
  'site.priceClass': [
    'prod',
    ['site.priceClass=PriceClass_All'],
    '    priceClass: PriceClass_100 → PriceClass_All',
  ],
  'service.throttleRate': ['dev', ['service.throttleRate=7'], /"throttlingRateLimit":7\}/],
  'service.throttleBurst': ['dev', ['service.throttleBurst=7'], /"throttlingBurstLimit":7,/],
  'service.containerInsights': ['dev', ['service.containerInsights=enhanced'], /"value":"enhanced"/],
  'service.logLevel': ['dev', ['service.logLevel=debug'], /"LOG_LEVEL","value":"debug"/],
  'page.readUnitsPerSecond': [
    'dev',
    ['page.readUnitsPerSecond=100'],
    /"PAGE_READ_UNITS_PER_SECOND","value":"100"/,
  ],
  'streams.ipv6Prefix': ['dev', ['streams.ipv6Prefix=56'], /"STREAM_IPV6_PREFIX","value":"56"/],
  'release.strategy': [
    'dev',
    [...shifting, 'release.strategy=linear'],
    /deploymentConfiguration: .*"ROLLING".* → .*"LINEAR"/,
  ],
  'release.stepPercent': ['dev', [...canary, 'release.stepPercent=3'], /"canaryPercent":3\}/],
  'release.stepMinutes': ['dev', [...canary, 'release.stepMinutes=7'], /"canaryBakeTimeInMinutes":"7"/],
  'release.bakeMinutes': ['dev', [...canary, 'release.bakeMinutes=9'], /"bakeTimeInMinutes":"9"/],
  'release.testHeader': [
    'dev',
    [...canary, 'release.testHeader=x-release: next'],
    '+ aws:lb/listenerRule:ListenerRule  api-test-rule',
  ],
  'capacity.onDemandBase': [
    'dev',
    ['capacity.onDemandBase=1'],
    /capacityProviderStrategies: .* → \[\{"base":1,"capacityProvider":"FARGATE"/,
  ],
  'capacity.onDemandWeight': ['dev', ['capacity.onDemandWeight=1'], /→ \[\{.*"FARGATE","weight":1/],
  'capacity.spotWeight': ['dev', ['capacity.spotWeight=5'], /"FARGATE_SPOT","weight":5/],
  'scaling.minTasks': ['dev', ['scaling.minTasks=2'], '    desiredCount: 1 → 2'],
  'scaling.maxTasks': ['prod', ['scaling.maxTasks=20'], '    maxCapacity: 12 → 20'],
  'scaling.cpuPercent': [
    'dev',
    ['scaling.maxTasks=3', 'scaling.cpuPercent=60'],
    '+ aws:appautoscaling/policy:Policy  api-track-cpu',
  ],
  'scaling.memoryPercent': [
    'prod',
    ['scaling.memoryPercent=70'],
    '+ aws:appautoscaling/policy:Policy  api-track-memory',
  ],
  'scaling.requestsPerTask': ['prod', ['scaling.requestsPerTask=100'], /"targetValue":100\b/],
  'scaling.stepCpu': [
    'dev',
    ['scaling.maxTasks=3', 'scaling.stepCpu=true'],
    /^\+ aws:cloudwatch\/metricAlarm:MetricAlarm {2}api-/m,
  ],
  'scaling.officeHours': [
    'dev',
    ['scaling.officeHours=MON-FRI 07:00-19:00 Europe/Berlin'],
    '+ aws:appautoscaling/scheduledAction:ScheduledAction  api-at-closing',
  ],
  'scaling.schedules': [
    'prod',
    ['scaling.schedules=[{"name":"night","schedule":"cron(0 22 * * ? *)","min":3,"max":4}]'],
    '+ aws:appautoscaling/scheduledAction:ScheduledAction  api-at-night',
  ],
  'data.pointInTimeRecovery': [
    'prod',
    ['data.pointInTimeRecovery=false'],
    '    pointInTimeRecovery: {"enabled":true} → {"enabled":false}',
  ],
  'data.maxReadUnits': ['dev', ['data.maxReadUnits=7'], /"maxReadRequestUnits":7,/],
  'data.maxWriteUnits': ['dev', ['data.maxWriteUnits=7'], /"maxWriteRequestUnits":7\}/],
  'data.replicaRegions': [
    'prod',
    ['data.replicaRegions=["eu-west-1"]'],
    /replicas: \(none\) → .*"eu-west-1"/,
  ],
  'ingest.maxVcpus': [
    'dev',
    ['ingest.maxVcpus=32'],
    /computeResources: .*"maxVcpus":2,.* → .*"maxVcpus":32,/,
  ],
  'ingest.spot': ['dev', ['ingest.spot=false'], /computeResources: .*"FARGATE_SPOT"\} → .*"FARGATE"\}/],
  'ingest.attempts': [
    'dev',
    ['ingest.attempts=9'],
    /definition: .*"MaxAttempts":2,.* → .*"IntervalSeconds":10,"MaxAttempts":8,/,
  ],
  'ingest.sizeClasses': [
    'dev',
    ['ingest.sizeClasses=[{"name":"Any","vcpu":2,"memoryMiB":4096,"timeoutSeconds":7200}]'],
    /definition: .* → .*"Any":\{"Type":"Pass","Result":\{"vcpu":"2","memory":"4096","timeout":7200,"bytes":"Infinity"\}/,
  ],
  'ingest.expireDays': ['dev', ['ingest.expireDays=3'], /rules: .* → .*"expiration":\{"days":3\}/],
  // In milliseconds; the fifteen minutes that an execution waits before it sweeps are added.
  'ingest.backlogMinutes': ['prod', ['ingest.backlogMinutes=5'], '    threshold: 8100000 → 1200000'],
  'ingest.tracing': [
    'dev',
    ['ingest.tracing=true'],
    /StateMachine {2}ingest-state-machine\n( {4}.*\n)*? {4}tracingConfiguration: .*false.* → .*true/,
  ],
  'ingest.slackChannel': [
    'prod',
    slackBot,
    '+ aws:cloudwatch/eventConnection:EventConnection  ingest-notification',
  ],
  'ingest.slackToken': ['prod', slackBot, /\+ aws:cloudwatch\/eventApiDestination/],
  'scans.alarms': [
    'prod',
    ['scans.alarms=false'],
    '- aws:cloudwatch/metricAlarm:MetricAlarm  scans-dead-letters',
  ],
  'scans.tracing': [
    'dev',
    ['scans.tracing=true'],
    /StateMachine {2}scans-scan\n( {4}.*\n)*? {4}tracingConfiguration: .*false.* → .*true/,
  ],
  'scans.slackChannel': [
    'prod',
    ['scans.slackChannel=C0123456789', 'ingest.slackToken=xoxb-1-a'],
    '+ aws:cloudwatch/eventConnection:EventConnection  scans-slack',
  ],
  'image.digest': ['prod', [`image.digest=${digest}`], '- awsx:ecr:Image  app-build'],
  'logs.retentionDays': ['dev', ['logs.retentionDays=14'], '    retentionInDays: 7 → 14'],
  'alarms.email': [
    'prod',
    ['alarms.email=ops@example.com'],
    '+ aws:sns/topicSubscription:TopicSubscription  alarms-email-ops@example.com',
  ],
  'alarms.slackWorkspace': ['dev', slack, '+ aws:iam/role:Role  alarms-slack-role'],
  'alarms.slackChannel': [
    'dev',
    slack,
    '+ aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration  alarms-slack',
  ],
  'encryption.customerKey': ['dev', ['encryption.customerKey=true'], '+ aws:kms/key:Key  encryption'],
  'alarms.customerKey': ['prod', ['alarms.customerKey=false'], '- aws:kms/key:Key  alarms-key'],
  'monitoring.alarms': [
    'dev',
    ['monitoring.alarms=true'],
    '+ aws:cloudwatch/metricAlarm:MetricAlarm  monitoring-api-latency',
  ],
  'monitoring.dashboard': [
    'prod',
    ['monitoring.dashboard=false'],
    '- aws:cloudwatch/dashboard:Dashboard  monitoring-dashboard',
  ],
  'monitoring.latencyMilliseconds': [
    'prod',
    ['monitoring.latencyMilliseconds=250'],
    '    threshold: 1 → 0.25',
  ],
  'monitoring.deniedStreams': ['prod', ['monitoring.deniedStreams=5'], '    threshold: 100 → 5'],
  'roles.boundary': [
    'dev',
    ['roles.boundary=arn:aws:iam::123456789012:policy/boundary'],
    '    permissionsBoundary: (none) → arn:aws:iam::123456789012:policy/boundary',
  ],
  deletionProtection: ['prod', ['deletionProtection=false'], '    deletionProtectionEnabled: true → false'],
  apiKey: ['prod', ['apiKey=0123456789abcdef'], '- random:index/randomPassword:RandomPassword  api-key'],
};
