import { synthesized } from '../synthesized.ts';

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: unknown;
}
type Verdict = 'may' | 'must not' | 'cannot';

const { template } = synthesized();
const resources = Object.values(template.Resources);

function statementsOf({ PolicyDocument }: Record<string, unknown>): Statement[] {
  return (PolicyDocument as { Statement: Statement[] }).Statement;
}

/** A policy's name as it is deployed, with the Region as a mark. */
function policyName({ ManagedPolicyName: name }: Record<string, unknown>): string | undefined {
  const joined = name as { 'Fn::Join'?: [string, (string | { Ref: string })[]] } | undefined;
  return joined?.['Fn::Join']?.[1].map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}

function person(name: string): Statement[] {
  const found = resources.find(({ Properties }) => policyName(Properties) === `OneRoof-Release${name}-<AWS::Region>`);
  return statementsOf(found?.Properties ?? {});
}

const [nodeRoleId = '', nodeRole] =
  Object.entries(template.Resources).find(
    ([, { Type, Properties }]) => Type === 'AWS::IAM::Role' && JSON.stringify(Properties).includes('ssm.amazonaws.com'),
  ) ?? [];
const nodePolicies = resources.filter(
  ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && JSON.stringify(Properties['Roles']).includes(nodeRoleId),
);

const holders = {
  operator: person('Operator'),
  approver: person('Approver'),
  auditor: person('Auditor'),
  node: nodePolicies.flatMap(({ Properties }) => statementsOf(Properties)),
};
type Holder = keyof typeof holders;

function actions({ Action }: Statement): string[] {
  return Array.isArray(Action) ? Action : [Action];
}

/** As IAM decides: a deny wins; what nothing allows cannot be done. A wildcard in an action counts. */
function decide(statements: Statement[], verb: string): Verdict {
  const hit = (statement: Statement) =>
    actions(statement).some((pattern) =>
      new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(verb),
    );
  if (statements.some((statement) => statement.Effect === 'Deny' && hit(statement))) return 'must not';
  return statements.some((statement) => statement.Effect === 'Allow' && hit(statement)) ? 'may' : 'cannot';
}

const everybodyReads: Verdict[] = ['may', 'may', 'may', 'cannot'];
const nobodyEver: Verdict[] = ['must not', 'must not', 'must not', 'cannot'];
const nodeOnly: Verdict[] = ['cannot', 'cannot', 'cannot', 'may'];

/** Every verb that anybody is allowed or denied: what operator, approver, auditor and the node can do with it. */
const expected: Record<string, Verdict[]> = {
  'states:StartExecution': ['may', 'must not', 'must not', 'cannot'],
  'states:StopExecution': ['may', 'must not', 'must not', 'cannot'],
  'states:SendTaskSuccess': ['must not', 'may', 'must not', 'cannot'],
  'states:SendTaskFailure': ['must not', 'may', 'must not', 'cannot'],
  'states:SendTaskHeartbeat': ['must not', 'cannot', 'must not', 'cannot'],
  'cloudtrail:LookupEvents': ['cannot', 'cannot', 'may', 'cannot'],
  's3:GetObjectRetention': ['cannot', 'cannot', 'may', 'cannot'],
  's3:GetObjectVersion': ['cannot', 'cannot', 'may', 'cannot'],
  's3:ListBucketVersions': ['cannot', 'cannot', 'may', 'cannot'],

  'states:ListStateMachines': everybodyReads,
  'states:DescribeStateMachine': everybodyReads,
  'states:ListExecutions': everybodyReads,
  'states:DescribeExecution': everybodyReads,
  'states:GetExecutionHistory': everybodyReads,
  'kms:GetPublicKey': everybodyReads,
  's3:GetObject': everybodyReads,
  's3:ListBucket': everybodyReads,
  'logs:FilterLogEvents': everybodyReads,
  'logs:GetLogEvents': everybodyReads,
  'logs:StartQuery': everybodyReads,
  'logs:GetQueryResults': everybodyReads,
  'logs:DescribeLogGroups': everybodyReads,
  'cloudwatch:DescribeAlarms': everybodyReads,
  'cloudwatch:GetDashboard': everybodyReads,
  'cloudwatch:GetMetricData': everybodyReads,
  'cloudwatch:ListDashboards': everybodyReads,

  'ssm:SendCommand': nobodyEver,
  'ssm:StartSession': nobodyEver,
  'ssm:StartAutomationExecution': nobodyEver,
  'ssm:CreateAssociation': nobodyEver,
  'ssm:CreateAssociationBatch': nobodyEver,
  'ssm:UpdateAssociation': nobodyEver,
  'ssm:CreateDocument': nobodyEver,
  'ssm:UpdateDocument': nobodyEver,
  'ssm:UpdateDocumentDefaultVersion': nobodyEver,
  'ssm:DeleteDocument': nobodyEver,
  'ssm:ModifyDocumentPermission': nobodyEver,
  'states:RedriveExecution': nobodyEver,
  'states:UpdateStateMachine': nobodyEver,
  'states:DeleteStateMachine': nobodyEver,
  'lambda:InvokeFunction': nobodyEver,
  'lambda:UpdateFunctionCode': nobodyEver,
  'lambda:UpdateFunctionConfiguration': nobodyEver,
  's3:BypassGovernanceRetention': nobodyEver,
  's3:PutObject': nobodyEver,
  's3:DeleteObject': nobodyEver,
  's3:PutBucketPolicy': nobodyEver,
  's3:DeleteBucketPolicy': nobodyEver,
  'apigateway:POST': nobodyEver,
  'apigateway:PUT': nobodyEver,
  'apigateway:PATCH': nobodyEver,
  'apigateway:DELETE': nobodyEver,
  'cognito-idp:*': nobodyEver,
  'events:PutEvents': nobodyEver,
  'kms:CreateGrant': nobodyEver,
  'kms:DisableKey': nobodyEver,
  'kms:PutKeyPolicy': nobodyEver,
  'kms:ScheduleKeyDeletion': nobodyEver,
  'kms:Sign': nobodyEver,

  'ssm:UpdateInstanceInformation': nodeOnly,
  'ssmmessages:CreateControlChannel': nodeOnly,
  'ssmmessages:OpenControlChannel': nodeOnly,
};

const order: Holder[] = ['operator', 'approver', 'auditor', 'node'];

test.each(Object.entries(expected))('%s: operator, approver, auditor and node: %j', (verb, verdicts) => {
  expect(order.map((holder) => decide(holders[holder], verb))).toEqual(verdicts);
});

test('no policy names a verb that the list above does not judge, nor one with a wildcard', () => {
  const named = new Set(order.flatMap((holder) => holders[holder].flatMap(actions)));
  expect([...named].filter((verb) => !(verb in expected))).toEqual([]);
});

test.each([
  'iam:PassRole',
  's3:PutObject',
  's3:DeleteObject',
  'ssm:GetParameter',
  'ssm:GetDocument',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenDataChannel',
  'ec2messages:GetMessages',
  'logs:CreateLogGroup',
  'sts:AssumeRole',
])('%s: the node cannot, although root on the server holds its credentials', (verb) => {
  expect(decide(holders.node, verb)).toBe('cannot');
});

test('the node role is for Systems Manager of this account and Region alone, and has no policy of AWS', () => {
  expect(nodeRole?.Properties['ManagedPolicyArns']).toBeUndefined();
  const { Statement: trust } = nodeRole?.Properties['AssumeRolePolicyDocument'] as { Statement: unknown[] };
  expect(trust).toHaveLength(1);
  expect(trust[0]).toMatchObject({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Service: 'ssm.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
  const { ArnEquals } = (trust[0] as { Condition: { ArnEquals: Record<string, unknown> } }).Condition;
  expect(JSON.stringify(ArnEquals['aws:SourceArn'])).toMatch(/:ssm:.*"AWS::Region".*"AWS::AccountId".*:\*/);
});

test('the name of the node role is an output, under the name that docs/deploy.md asks for', () => {
  expect(template).toMatchObject({ Outputs: { NodeRoleName: { Value: { Ref: nodeRoleId } } } });
});

/** The ends of the ARNs on which a verb is allowed; `*` where the whole account is meant. */
function allowedOn(holder: Holder, verb: string): string[] {
  return holders[holder]
    .filter((statement) => statement.Effect === 'Allow' && actions(statement).includes(verb))
    .flatMap(({ Resource }) => (Array.isArray(Resource) ? (Resource as unknown[]) : [Resource]))
    .map((resource) => {
      const text = typeof resource === 'string' ? resource : JSON.stringify(resource);
      return text === '*' ? '*' : (/(?:OneRoof-|one-roof\/|runs\/)[^"]*/.exec(text)?.[0] ?? text);
    })
    .sort();
}

const machinesOf = ['OneRoof-Rehearsal', 'OneRoof-Release', 'OneRoof-Rollback'];
const runsOf = machinesOf.map((name) => `${name}:*`);

const [signingKey = ''] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::KMS::Key') ?? [];

/** For every verb that is allowed on something named: on what, for whoever holds it. */
const scopes: Record<string, string[]> = {
  'states:StartExecution': machinesOf,
  'states:StopExecution': ['OneRoof-Rehearsal:*', 'OneRoof-Release:*'],
  'states:SendTaskSuccess': ['OneRoof-Release'],
  'states:SendTaskFailure': ['OneRoof-Release'],
  'states:DescribeStateMachine': machinesOf,
  'states:ListExecutions': machinesOf,
  'states:DescribeExecution': runsOf,
  'states:GetExecutionHistory': runsOf,
  'kms:GetPublicKey': [JSON.stringify({ 'Fn::GetAtt': [signingKey, 'Arn'] })],
  's3:GetObject': ['runs/*'],
  's3:GetObjectRetention': ['runs/*'],
  's3:GetObjectVersion': ['runs/*'],
  'logs:FilterLogEvents': ['OneRoof-*', 'one-roof/*'],
  'logs:GetLogEvents': ['OneRoof-*', 'one-roof/*'],
  'logs:StartQuery': ['OneRoof-*', 'one-roof/*'],
};
/** Verbs for which IAM knows no resource; all of them read. */
const unscoped = [
  'cloudtrail:LookupEvents',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetDashboard',
  'cloudwatch:GetMetricData',
  'cloudwatch:ListDashboards',
  'logs:DescribeLogGroups',
  'logs:GetQueryResults',
  'states:ListStateMachines',
];

test.each(['operator', 'approver', 'auditor'] as const)('%s may do it to our own things only', (holder) => {
  const allowed = holders[holder].filter(({ Effect }) => Effect === 'Allow').flatMap(actions);
  for (const verb of new Set(allowed)) {
    if (verb === 's3:ListBucket' || verb === 's3:ListBucketVersions') continue;
    expect([verb, allowedOn(holder, verb)]).toEqual([verb, unscoped.includes(verb) ? ['*'] : scopes[verb]]);
  }
});

test('a stopped rollback would leave the database between two states: nobody is allowed to stop one', () => {
  const stops = holders.operator.filter((statement) => actions(statement).includes('states:StopExecution'));
  expect(stops).toHaveLength(1);
  expect(JSON.stringify(stops)).toContain('OneRoof-Release');
  expect(JSON.stringify(stops)).not.toContain('OneRoof-Rollback');
});
