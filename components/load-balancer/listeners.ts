import * as aws from '@pulumi/aws';
import type { Scope, Settings } from './defaults.ts';

export interface Listeners {
  http: aws.lb.Listener;
  https?: aws.lb.Listener;
}

type Action = aws.types.input.lb.ListenerDefaultAction;

const refusal: Action = {
  type: 'fixed-response',
  fixedResponse: { contentType: 'text/plain', statusCode: '404', messageBody: 'Not found' },
};

const redirection: Action = {
  type: 'redirect',
  redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
};

/** One listener for port 80, with or without a certificate, since AWS refuses a second one beside it. With a certificate it
 * redirects, and another listener serves HTTPS. */
export function createListeners(scope: Scope, loadBalancer: aws.lb.LoadBalancer): Listeners {
  const { name, settings, tags, child } = scope;
  const { certificateArn, sslPolicy } = settings;
  const common = { loadBalancerArn: loadBalancer.arn, tags };
  const action = defaultAction(settings);
  const http = new aws.lb.Listener(
    `${name}-http`,
    {
      ...common,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [certificateArn === undefined ? action : redirection],
    },
    child,
  );
  if (certificateArn === undefined) return { http };
  const https = new aws.lb.Listener(
    `${name}-https`,
    { ...common, port: 443, protocol: 'HTTPS', certificateArn, sslPolicy, defaultActions: [action] },
    child,
  );
  for (const [certificate, further] of Object.entries(settings.furtherCertificateArns)) {
    new aws.lb.ListenerCertificate(
      `${name}-certificate-${certificate}`,
      { listenerArn: https.arn, certificateArn: further },
      child,
    );
  }
  return { http, https };
}

/** What happens to requests that no rule matches. */
function defaultAction({ defaultTargetGroupArn }: Settings): Action {
  return defaultTargetGroupArn === undefined
    ? refusal
    : { type: 'forward', targetGroupArn: defaultTargetGroupArn };
}
