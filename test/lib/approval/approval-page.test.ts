import { cachedRelease } from '../../../local/driver/cached-release.ts';
import { nodeId, packageDirectory, synthesized } from '../synthesized.ts';

const settings = { nodeId, approverEmail: 'owner@example.org' };
const release = cachedRelease({ packageDirectory, settings });
const all = Object.entries(release.template.Resources);
const of = (type: string) => all.flatMap(([, { Type, Properties }]) => (Type === type ? [Properties] : []));
const environmentOf = (name: string, of = release) =>
  of.functions.find(({ handler }) => handler === name)?.environment ?? {};

test('without an approver in the settings there is no page, and nobody can write a decision', () => {
  const types = Object.values(synthesized().template.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => /Cognito|ApiGateway/.test(type))).toEqual([]);
  expect(environmentOf('check-answer', synthesized())['REQUIRE_VERIFIED_APPROVAL']).toBe('false');
  expect(environmentOf('request-approval', synthesized())['PAGE_LINK']).toBe('');
  const policies = Object.values(synthesized().template.Resources).filter(
    ({ Type }) => Type === 'AWS::S3::BucketPolicy',
  );
  expect(JSON.stringify(policies)).toContain('DecisionsOfThePageOnly');
});

test('with the page, only its answers count, and the mail leads to it', () => {
  expect(environmentOf('check-answer')['REQUIRE_VERIFIED_APPROVAL']).toBe('true');
  expect(JSON.stringify(environmentOf('request-approval')['PAGE_LINK'])).toContain('/?run=RUN');
});

test('nobody signs up, everybody has a one-time code, and nobody gets in by mail alone', () => {
  expect(of('AWS::Cognito::UserPool')).toEqual([
    expect.objectContaining({
      AdminCreateUserConfig: expect.objectContaining({ AllowAdminCreateUserOnly: true }) as object,
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
      UserPoolTier: 'ESSENTIALS',
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
      Policies: { PasswordPolicy: expect.objectContaining({ MinimumLength: 14 }) as object },
    }),
  ]);
  expect(of('AWS::Cognito::UserPoolClient')).toEqual([
    expect.objectContaining({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      GenerateSecret: false,
      AccessTokenValidity: 60,
    }),
  ]);
  expect(of('AWS::Cognito::UserPoolUser')).toEqual([
    expect.objectContaining({ Username: 'owner@example.org', DesiredDeliveryMediums: ['EMAIL'] }),
  ]);
  expect(of('AWS::Cognito::ManagedLoginBranding')).toHaveLength(1);
});

test('every route with data demands a token with the scope openid; the others are the page’s own files', () => {
  const routes = of('AWS::ApiGatewayV2::Route').map(({ RouteKey, AuthorizationType, AuthorizationScopes }) => {
    return [RouteKey, AuthorizationType, AuthorizationScopes];
  });
  expect(Object.fromEntries(routes.map(([key, ...rest]) => [key, rest]))).toEqual({
    ...Object.fromEntries(
      ['/', '/page.js', '/page.css', '/config.json'].map((path) => [`GET ${path}`, ['NONE', undefined]]),
    ),
    'GET /api/run/{id}': ['JWT', ['openid']],
    'GET /api/run/{id}/sql/{script}': ['JWT', ['openid']],
    'GET /api/run/{id}/report': ['JWT', ['openid']],
    'GET /api/run/{id}/changes': ['JWT', ['openid']],
    'POST /api/run/{id}/decision': ['JWT', ['openid']],
  });
  expect(of('AWS::ApiGatewayV2::Stage')).toEqual([
    expect.objectContaining({ DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 } }),
  ]);
  expect(JSON.stringify(of('AWS::ApiGatewayV2::Stage'))).not.toMatch(/querystring|header|authorizer|path"/i);
});

test('what describes a role is in characters that IAM takes', () => {
  const descriptions = of('AWS::IAM::Role').map(({ Description }) => JSON.stringify(Description ?? ''));
  expect(descriptions).toContain('"Shows the approver what waits, and takes the decision"');
  expect(descriptions.filter((text) => !/^[\t\n\r -~\u00a1-\u00ff]*$/.test(text))).toEqual([]);
});

test('no template comes near the megabyte that CloudFormation takes, with the page too', () => {
  for (const template of [release.template, ...release.nested]) {
    expect(JSON.stringify(template).length).toBeLessThan(700_000);
  }
});
