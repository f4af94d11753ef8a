import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  CfnUserPoolGroup,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from '../house/acknowledge.ts';

/** Name of the group whose members may approve. */
export const APPROVERS = 'approvers';
/** How long a token is good for; a decision wants a sign-in of the last 15 minutes anyway. */
const TOKEN = Duration.hours(1);
/** Cognito refuses a domain prefix that holds one of these words. */
const reserved = /aws|amazon|cognito/g;

/** @see SignIn */
interface SignInProps {
  /** Name of the package, with which the address of the login begins. */
  readonly name: string;
  readonly approverEmail: string;
  /** Where the page is served; the login sends people back there, and nowhere else. */
  readonly origin: string;
}

/**
 * The people who may sign in to the approver's page: nobody but who is invited, with a password and a one-time code.
 * Whoever may change this pool could become the approver, so operators are denied all of it.
 */
export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, { name, approverEmail, origin }: SignInProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      standardAttributes: { email: { required: true, mutable: true } },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        ...{ requireDigits: true, requireLowercase: true, requireSymbols: true, requireUppercase: true },
        tempPasswordValidity: Duration.days(7),
      },
      // Who reads somebody's mail must not become the approver by it.
      accountRecovery: AccountRecovery.NONE,
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      this.pool,
      'AwsSolutions-COG8',
      'Plus watches for stolen passwords; here the one-time code is required.',
    );
    this.client = this.createClient(origin);
    this.domain = this.createDomain(name);
    this.invite(approverEmail);
  }

  /** `iss` of the pool's tokens. */
  get issuer(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://cognito-idp.${region}.${urlSuffix}/${this.pool.userPoolId}`;
  }

  private createClient(origin: string): UserPoolClient {
    return this.pool.addClient('Page', {
      generateSecret: false,
      authFlows: {},
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [`${origin}/`],
      },
      ...{ accessTokenValidity: TOKEN, idTokenValidity: TOKEN, refreshTokenValidity: TOKEN },
      preventUserExistenceErrors: true,
    });
  }

  private createDomain(name: string): UserPoolDomain {
    const stackUuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    const prefix = name.replace(reserved, 'x');
    const domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `${prefix}-${Fn.select(4, Fn.split('-', stackUuid))}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    // Without a branding, the pages of the managed login are not available.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return domain;
  }

  private invite(email: string): void {
    const { userPoolId } = this.pool;
    const group = new CfnUserPoolGroup(this, 'Approvers', {
      userPoolId,
      groupName: APPROVERS,
      description: 'May approve and reject releases on the page',
    });
    const user = new CfnUserPoolUser(this, 'Approver', {
      userPoolId,
      username: email,
      desiredDeliveryMediums: ['EMAIL'],
      userAttributes: [
        { name: 'email', value: email },
        { name: 'email_verified', value: 'true' },
      ],
    });
    const member = new CfnUserPoolUserToGroupAttachment(this, 'Membership', {
      userPoolId,
      groupName: APPROVERS,
      username: user.ref,
    });
    member.addResourceDependency(group);
    member.addResourceDependency(user);
  }
}
