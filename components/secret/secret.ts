import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Grantee, grantTo } from '../grants.ts';
import { type PolicyStatement, policyDocument } from '../iam.ts';
import { useKey } from '../key-use.ts';
import type { SecretArgs } from './args.ts';

/**
 * A secret, as an encrypted parameter of SSM.
 *
 * ```ts
 * const token = new Secret('token', { value: config.requireSecret('token') });
 * new FargateService('api', { …, secrets: { TOKEN: token.parameterArn } });
 * token.grantRead('report', reportRole);
 * ```
 *
 * Costs nothing. Open to the principals that a grant names, and to the execution role of a service or job that has it among
 * its `secrets`; a task gets a new value when it starts next.
 *
 * Children: `<name>` (aws:ssm/parameter:Parameter), and for each grant `<name>-<grantee>` (aws:iam/rolePolicy:RolePolicy).
 */
export class Secret extends pulumi.ComponentResource {
  readonly parameterArn: pulumi.Output<string>;
  readonly parameterName: pulumi.Output<string>;
  /** Grows with each value: as an environment variable it makes tasks start anew when the value changes. */
  readonly version: pulumi.Output<number>;
  readonly parameter: aws.ssm.Parameter;
  /** The policy that `grantRead` gives, as JSON. */
  readonly readPolicyJson: pulumi.Output<string>;

  constructor(name: string, args: SecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super('trellis:index:Secret', name, {}, opts);
    const { value, parameterName, description, keyArn, tags } = args;
    this.parameter = new aws.ssm.Parameter(
      name,
      {
        name: parameterName,
        description,
        type: 'SecureString',
        keyId: keyArn,
        value: pulumi.secret(value),
        tags,
      },
      { parent: this },
    );
    hidden.set(this, { name, keyArn });
    this.parameterArn = this.parameter.arn;
    this.parameterName = this.parameter.name;
    this.version = this.parameter.version;
    this.readPolicyJson = policyDocument(this.readStatements());
    this.registerOutputs({ parameterArn: this.parameterArn, parameterName: this.parameterName });
  }

  /**
   * Lets a role read the secret.
   *
   * @param grantee the owner of the role; the policy is called `<name>-<grantee>`
   */
  grantRead(grantee: string, role: Grantee): aws.iam.RolePolicy {
    return grantTo(this, `${hiddenOf(this).name}-${grantee}`, role, this.readStatements());
  }

  /** The permission of `grantRead` as statements, for components that put all statements of a role into one policy. */
  readStatements(): PolicyStatement[] {
    return [
      {
        sid: 'ReadParameter',
        actions: ['ssm:GetParameter', 'ssm:GetParameters'],
        resources: [this.parameter.arn],
      },
      ...useKey(hiddenOf(this).keyArn, 'read parameters', { parent: this }),
    ];
  }
}

interface Hidden {
  name: string;
  keyArn: pulumi.Input<string> | undefined;
}

/** What grants need to know. It is kept outside of the class, since Pulumi makes each field, private ones too, an output in
 * every language. */
const hidden = new WeakMap<Secret, Hidden>();

function hiddenOf(secret: Secret): Hidden {
  return hidden.get(secret) as Hidden;
}
