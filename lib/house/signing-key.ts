import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib/core';
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/**
 * The key that signs the head of every ending. Nobody sees its private half, and the key's own policy keeps it to one
 * function, whatever any other principal of the account is allowed. It is retained with the stack: its public half proves
 * every report that was ever signed.
 */
export class SigningKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Signs the evidence heads of releases and rollbacks',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnOutput(this, 'Arn', { value: this.key.keyArn, description: 'The key that signs reports' });
    // CloudFormation knows no public half of a key, so the output is the command that prints it.
    new CfnOutput(this, 'PublicKey', {
      value: `aws kms get-public-key --key-id ${this.key.keyArn} --query PublicKey --output text`,
      description: 'Prints the public key, for one-roof verify-report --key',
    });
  }

  /** Lets one role use the key, and keeps it to that role. */
  reserve(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [this.key.keyArn] }),
    );
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'SignedByOneFunctionOnly',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['kms:CreateGrant', 'kms:Sign'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
  }

  /** What a person needs to fetch the public half. */
  readStatement(): PolicyStatement {
    return new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: [this.key.keyArn] });
  }
}
