import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { localReferences, localRegion } from '../../local/driver/template.ts';
import { cachedRelease } from '../../local/driver/cached-release.ts';
import { nodeId, packageDirectory } from './synthesized.ts';

/** Every role and every person's policy of the synthesized template, judged by a real evaluator of IAM policies. */

const account = '000000000000';
/** With the approver's page, whose rights are the most delicate. */
const settings = { nodeId, approverEmail: 'owner@example.org', changeCalendar: 'freezes' };
const { template, functions, machines } = cachedRelease({ packageDirectory, settings });
const resources = Object.entries(template.Resources);
const names = localReferences(template);

/** A reference as the ARN or name that it would have in an account. */
function concrete(id: string, attribute: string | undefined): string | undefined {
  const type = template.Resources[id]?.Type;
  if (attribute === 'Arn') {
    if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${id.toLowerCase()}`;
    if (type === 'AWS::IAM::Role') return `arn:aws:iam::${account}:role/${id}`;
    if (type === 'AWS::Cognito::UserPool') return `arn:aws:cognito-idp:${localRegion}:${account}:userpool/${id}`;
    if (type === 'AWS::KMS::Key') return `arn:aws:kms:${localRegion}:${account}:key/${id}`;
    if (type === 'AWS::SQS::Queue') return `arn:aws:sqs:${localRegion}:${account}:${id}`;
    if (type === 'AWS::Logs::LogGroup') return `arn:aws:logs:${localRegion}:${account}:log-group:${id}:*`;
  }
  return names(id, attribute);
}

interface Intrinsic {
  Ref?: string;
  'Fn::GetAtt'?: [string, string];
  'Fn::Join'?: [string, unknown[]];
  'Fn::Select'?: [number, { 'Fn::Split': [string, unknown] }];
}

/** A text that CloudFormation puts together, as it would be in an account. */
function textFrom(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: ref, 'Fn::GetAtt': getAtt, 'Fn::Join': join, 'Fn::Select': select } = value as Intrinsic;
  if (join !== undefined) return join[1].map(textFrom).join(join[0]);
  if (select !== undefined) {
    const [separator, whole] = select[1]['Fn::Split'];
    return textFrom(whole).split(separator)[select[0]] ?? '';
  }
  const known = ref === undefined ? concrete(getAtt?.[0] ?? '', getAtt?.[1]) : concrete(ref, undefined);
  if (known === undefined) throw new Error(`cannot resolve ${JSON.stringify(value)}`);
  return known;
}

/** The same JSON with every intrinsic function resolved. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))) return textFrom(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
}

interface Holder {
  readonly arn: string;
  readonly policies: readonly unknown[];
}

function policiesOf(roleId: string): unknown[] {
  return resources
    .filter(([, { Type, Properties }]) => {
      return Type === 'AWS::IAM::Policy' && JSON.stringify(Properties['Roles']).includes(`"${roleId}"`);
    })
    .map(([, { Properties }]) => resolved(Properties['PolicyDocument']));
}

function roleOf(id: string, property: 'Role' | 'RoleArn'): string {
  const role = template.Resources[id]?.Properties[property] as { 'Fn::GetAtt': [string, string] };
  return role['Fn::GetAtt'][0];
}

const stopRuleRole = /^StopRule.*Role/;
const nodeRole = /^NodeRole/;
/** Role ids by the name that the table uses. */
const roles = new Map<string, string>([
  ...functions.map(({ name, handler, environment }) => {
    const tier = environment['TIER_ID'];
    return [typeof tier === 'string' ? `tier ${tier}` : handler, roleOf(name, 'Role')] as const;
  }),
  ...(['release', 'rollback', 'rehearsal'] as const).map(
    (machine) => [`machine ${machine}`, roleOf(machines[machine], 'RoleArn')] as const,
  ),
  ...resources.flatMap(([id, { Type }]): (readonly [string, string])[] => {
    if (Type !== 'AWS::IAM::Role') return [];
    if (stopRuleRole.test(id)) return [['stop rule', id]];
    return nodeRole.test(id) ? [['node', id]] : [];
  }),
]);
const people = resources.flatMap(([, { Type, Properties }]) => {
  const name = JSON.stringify(Properties['ManagedPolicyName'] ?? '');
  const person = /Release(Operator|Approver|Auditor)/.exec(name)?.[1]?.toLowerCase();
  return Type === 'AWS::IAM::ManagedPolicy' && person !== undefined
    ? [
        [
          person,
          { arn: `arn:aws:iam::${account}:user/${person}`, policies: [resolved(Properties['PolicyDocument'])] },
        ] as const,
      ]
    : [];
});
const holders = new Map<string, Holder>([
  ...[...roles].map(([name, id]) => {
    return [name, { arn: `arn:aws:iam::${account}:role/${id}`, policies: policiesOf(id) }] as const;
  }),
  ...people,
]);

interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

/**
 * Its data holds neither resources for answers to a task token, which Step Functions scopes by the machine of the token
 * all the same (CDK's grantTaskResponse), nor routes of an API, nor documents of AWS. Those are judged without its check of the request.
 */
const notInItsData = /^states:SendTask|^apigateway:|document\/AWS-/;

async function decide(
  { arn: principal, policies }: Holder,
  { action, resource, context = {} }: Question,
): Promise<boolean> {
  const simulation = {
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: { ...context } },
    identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  if (notInItsData.test(`${action} ${resource}`)) return runUnsafeSimulation(simulation, {}) === 'Allowed';
  const answer = await runSimulation(simulation, {});
  if (answer.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  return answer.overallResult === 'Allowed';
}

async function whoMay(question: Question): Promise<string[]> {
  const may = await Promise.all(
    [...holders].map(async ([name, holder]) => ((await decide(holder, question)) ? [name] : [])),
  );
  return may.flat().sort();
}

const [bucketId = ''] =
  resources.find(([, { Type, Properties }]) => Type === 'AWS::S3::Bucket' && 'ObjectLockEnabled' in Properties) ?? [];
const bucket = `arn:aws:s3:::${bucketId.toLowerCase()}`;
const run = 'runs/0123456789ab';
const states = (kind: string, name: string) => `arn:aws:states:${localRegion}:${account}:${kind}:${name}`;
const document = (name: string) => `arn:aws:ssm:${localRegion}:${account}:document/${name}`;
const node = (id: string) => `arn:aws:ssm:${localRegion}:${account}:managed-instance/${id}`;

const event = (...sources: string[]) => ({
  action: 'events:PutEvents',
  resource: `arn:aws:events:${localRegion}:${account}:event-bus/default`,
  context: sources.length === 0 ? {} : { 'events:source': sources },
});

const everybody = [...holders.keys()];
const handlers = functions.map(({ handler, environment: { TIER_ID: tier } }) =>
  typeof tier === 'string' ? `tier ${tier}` : handler,
);
const beside = ['announce', 'check-drift', 'sign-report', 'watch-approval'];
const recorders = handlers.filter((name) => !beside.includes(name));
const everyPerson = ['operator', 'approver', 'auditor'];
const tiers = handlers.filter((name) => name.startsWith('tier '));
/** Who sends scripts, by the scripts that the function is told of. */
const senders = (wanted: (script: string) => boolean) =>
  functions.flatMap(({ environment: { SCRIPTS: scripts } }, index) => {
    const ids = typeof scripts === 'string' ? (JSON.parse(scripts) as { id: string }[]).map(({ id }) => id) : [];
    return ids.some(wanted) ? [handlers[index] ?? ''] : [];
  });
const onlyIfNew = { 's3:if-none-match': '*' };

test('every role of the template, and every person, is in the table', () => {
  const ids = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Role').map(([id]) => id);
  expect([...roles.values()].sort()).toEqual(ids.sort());
  expect(people.map(([name]) => name).sort()).toEqual([...everyPerson].sort());
  for (const [name, { policies }] of holders) expect([name, policies.length]).toEqual([name, 1]);
});

const put = (key: string): Question => ({ action: 's3:PutObject', resource: `${bucket}/${key}`, context: onlyIfNew });
const get = (key: string): Question => ({ action: 's3:GetObject', resource: `${bucket}/${key}` });
const list = (prefix: string): Question => ({
  action: 's3:ListBucket',
  resource: bucket,
  context: { 's3:prefix': prefix },
});

describe('evidence', () => {
  test.each<[what: string, Question, who: readonly string[]]>([
    ['add an entry to a run', put(`${run}/0001.json`), recorders],
    ['record a rehearsal', put('runs/rehearsals/0001.json'), ['record-rehearsal']],
    [
      'slip something below the rehearsals, as ? is any character',
      put('runs/rehearsals/a/0001.json'),
      ['record-rehearsal'],
    ],
    ['the same by another name of that length', put('runs/rehearsals/?/9999.json'), ['record-rehearsal']],
    ['note what the watch over the release found', put('runs/drift/0001.json'), ['check-drift']],
    ['read what it found', get('runs/drift/0001.json'), ['check-drift', ...everyPerson]],
    ['list a release that was sealed', put('runs/releases/0001.json'), ['write-report']],
    ['slip something below that list', put('runs/releases/abc/0001.json'), ['write-report']],
    ['slip a package below it', put('runs/releases/abc/package-archive.json'), []],
    ['read that list', get('runs/releases/0001.json'), ['approval-page', 'write-report', ...everyPerson]],
    ['look through it', list('runs/releases/'), ['approval-page', 'write-report', ...everyPerson]],
    ['store the package of a run', put(`${run}/package-archive.json`), ['check-gate']],
    [
      'read the package of a run',
      get(`${run}/package-archive.json`),
      ['approval-page', 'check-drift', 'check-gate', 'report-rollback', 'write-report', ...everyPerson],
    ],
    ['write the report of a release', put(`${run}/report/report.md`), ['write-report']],
    ['write the report of a rollback', put(`${run}/report/rollback-0007.html`), ['report-rollback']],
    ['write the signature of either', put(`${run}/report/rollback-0007.sig`), ['sign-report']],
    ['write a report under another name', put(`${run}/report/index.html`), []],
    ['write beside the entries', put(`${run}/notes.txt`), []],
    ['write outside the runs', put('0001.json'), []],
    ['read an entry', get(`${run}/0001.json`), ['check-drift', ...recorders, 'sign-report', ...everyPerson]],
    ['read a rehearsal', get('runs/rehearsals/0001.json'), ['check-gate', 'record-rehearsal', ...everyPerson]],
    ['read the report of a release', get(`${run}/report/report.md`), ['write-report', ...everyPerson]],
    ['read the HTML of it', get(`${run}/report/report.html`), ['approval-page', 'write-report', ...everyPerson]],
    ['read the report of a rollback', get(`${run}/report/rollback-0007.md`), ['report-rollback', ...everyPerson]],
    ['read outside the runs', get('1.json'), []],
    ['read a decision', get(`decisions/0123456789ab/3-1.json`), ['check-answer']],
    ['write a decision', put(`decisions/0123456789ab/3-1.json`), ['approval-page']],
    ['list the decisions', list('decisions/'), ['check-answer']],
    ['list a run', list(`${run}/`), ['check-drift', ...recorders, 'sign-report', ...everyPerson]],
    ['list the rehearsals', list('runs/rehearsals/'), ['check-gate', 'record-rehearsal', ...everyPerson]],
    ['list everything', list(''), []],
  ])('%s', async (_what, question, who) => {
    expect(await whoMay(question)).toEqual([...who].sort());
  });

  test('nobody may overwrite: a write that does not say "only if new" is refused', async () => {
    for (const key of [`${run}/0001.json`, 'runs/rehearsals/0001.json', `${run}/report/report.md`]) {
      expect(await whoMay({ action: 's3:PutObject', resource: `${bucket}/${key}` })).toEqual([]);
    }
  });

  test.each([
    'DeleteObject',
    'DeleteObjectVersion',
    'PutObjectRetention',
    'PutObjectLegalHold',
    'BypassGovernanceRetention',
    'PutObjectAcl',
    'PutObjectTagging',
    'RestoreObject',
  ])('nobody may s3:%s', async (verb) => {
    expect(await whoMay({ action: `s3:${verb}`, resource: `${bucket}/${run}/0001.json` })).toEqual([]);
  });

  test.each([
    'PutBucketPolicy',
    'DeleteBucket',
    'PutBucketVersioning',
    'PutBucketObjectLockConfiguration',
    'PutLifecycleConfiguration',
    'PutReplicationConfiguration',
    'PutBucketNotification',
    'PutEncryptionConfiguration',
    'PutBucketPublicAccessBlock',
  ])('nobody may s3:%s', async (verb) => {
    expect(await whoMay({ action: `s3:${verb}`, resource: bucket })).toEqual([]);
  });
});

describe('decisions', () => {
  const policy = resolved(
    resources.find(([, { Type, Properties }]) => {
      return Type === 'AWS::S3::BucketPolicy' && JSON.stringify(Properties['Bucket']).includes(`"${bucketId}"`);
    })?.[1].Properties['PolicyDocument'],
  );
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
  const mayWrite = async (principal: string, key: string, verb = 'PutObject') => {
    const simulation = {
      request: {
        principal,
        action: `s3:${verb}`,
        resource: { resource: `${bucket}/${key}`, accountId: account },
        contextVariables: { ...onlyIfNew, 'aws:SecureTransport': 'true', 'aws:PrincipalArn': principal },
      },
      identityPolicies: [{ name: 'everything', policy: everything }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: policy,
    };
    const answer = await runSimulation(simulation, {});
    if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
    return answer.overallResult === 'Allowed';
  };

  test('the bucket keeps them to the page, whatever else anybody is allowed', async () => {
    const page = holders.get('approval-page')?.arn ?? '';
    const decision = 'decisions/0123456789ab/3-1.json';
    expect(await mayWrite(page, decision)).toBe(true);
    for (const other of [`arn:aws:iam::${account}:user/operator`, `arn:aws:iam::${account}:role/admin`]) {
      for (const verb of ['PutObject', 'DeleteObject', 'DeleteObjectVersion']) {
        expect([verb, await mayWrite(other, decision, verb)]).toEqual([verb, false]);
        expect([verb, await mayWrite(other, 'elsewhere', verb)]).toEqual([verb, true]);
      }
    }
  });
});

describe('the key that signs reports', () => {
  const keyId = resources.find(([, { Type }]) => Type === 'AWS::KMS::Key')?.[0] ?? '';
  const properties = template.Resources[keyId]?.Properties ?? {};
  const key = concrete(keyId, 'Arn') ?? '';
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] };
  const may = async (principal: string, action: string, policies: readonly unknown[]) => {
    const answer = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource: key, accountId: account },
          contextVariables: { 'aws:PrincipalArn': principal },
        },
        identityPolicies: policies.map((policy, index) => ({ name: String(index), policy })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: resolved(properties['KeyPolicy']),
      },
      {},
    );
    if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
    return answer.overallResult === 'Allowed';
  };
  const whoUses = async (action: string) => {
    const found = [...holders].map(async ([name, { arn, policies }]) => {
      return (await may(arn, action, policies)) ? [name] : [];
    });
    return (await Promise.all(found)).flat().sort();
  };

  test('signs, never encrypts, and stays when the stack goes', () => {
    expect(properties).toMatchObject({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    expect(template.Resources[keyId]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('is used by the function that signs, and its public half is for every person', async () => {
    expect(await whoUses('kms:Sign')).toEqual(['sign-report']);
    expect(await whoUses('kms:GetPublicKey')).toEqual([...everyPerson, 'sign-report'].sort());
    for (const action of ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:CreateGrant'])
      expect([action, await whoUses(action)]).toEqual([action, []]);
  });

  test('keeps itself to it, whatever else anybody is allowed', async () => {
    for (const other of [
      'user/operator',
      'role/admin',
      ...['tier 3', 'write-report'].map((name) => `role/${roles.get(name) ?? ''}`),
    ]) {
      const principal = `arn:aws:iam::${account}:${other}`;
      for (const action of ['kms:Sign', 'kms:CreateGrant'])
        expect([other, action, await may(principal, action, [everything])]).toEqual([other, action, false]);
      expect(await may(principal, 'kms:GetPublicKey', [everything])).toBe(true);
    }
    expect(await may(holders.get('sign-report')?.arn ?? '', 'kms:Sign', [everything])).toBe(true);
  });
});

describe('commands', () => {
  const ids = [
    ...new Set(
      functions.flatMap(({ environment: { SCRIPTS: scripts } }) =>
        typeof scripts === 'string' ? (JSON.parse(scripts) as { id: string }[]).map(({ id }) => id) : [],
      ),
    ),
  ];

  test.each(ids)('the document of %s is sent by the functions that are told of it, and by nobody else', async (id) => {
    const question = { action: 'ssm:SendCommand', resource: document(`one-roof-${id}`) };
    expect(await whoMay(question)).toEqual(senders((script) => script === id).sort());
  });

  test.each<[what: string, Question, who: readonly string[]]>([
    ['send to the node', { action: 'ssm:SendCommand', resource: node(nodeId) }, senders(() => true)],
    ['send to another node', { action: 'ssm:SendCommand', resource: node('mi-ffffffffffffffff0') }, []],
    [
      'send a shell script',
      { action: 'ssm:SendCommand', resource: `arn:aws:ssm:${localRegion}::document/AWS-RunShellScript` },
      [],
    ],
    ['send a document made later', { action: 'ssm:SendCommand', resource: document('one-roof-tier-1b') }, []],
    ['read the outcome of a command', { action: 'ssm:GetCommandInvocation', resource: '*' }, senders(() => true)],
    ['cancel a command', { action: 'ssm:CancelCommand', resource: '*' }, ['fence']],
    ['find commands', { action: 'ssm:ListCommands', resource: '*' }, ['fence']],
    ['change a document', { action: 'ssm:UpdateDocument', resource: document('one-roof-tier-1') }, []],
    ['make a document', { action: 'ssm:CreateDocument', resource: document('one-roof-tier-1') }, []],
    ['choose its version', { action: 'ssm:UpdateDocumentDefaultVersion', resource: document('one-roof-tier-1') }, []],
    ['share a document', { action: 'ssm:ModifyDocumentPermission', resource: document('one-roof-tier-1') }, []],
    ['open a session on the node', { action: 'ssm:StartSession', resource: node(nodeId) }, []],
    ['associate a document', { action: 'ssm:CreateAssociation', resource: document('one-roof-tier-1') }, []],
  ])('%s', async (_what, question, who) => {
    expect(await whoMay(question)).toEqual([...who].sort());
  });
});

describe('executions and functions', () => {
  const start = (name: string): Question => ({
    action: 'states:StartExecution',
    resource: states('stateMachine', `OneRoof-${name}`),
  });
  const token = (verb: string, name: string): Question => ({
    action: `states:SendTask${verb}`,
    resource: states('stateMachine', `OneRoof-${name}`),
  });
  const stop = (name: string): Question => ({
    action: 'states:StopExecution',
    resource: states('execution', `OneRoof-${name}:x`),
  });
  const invoke = (handler: string, version = '1'): Question => {
    const name = functions[handlers.indexOf(handler)]?.name ?? '';
    return {
      action: 'lambda:InvokeFunction',
      resource: `arn:aws:lambda:${localRegion}:${account}:function:${name}:${version}`,
    };
  };
  const poolId = resources.find(([, { Type }]) => Type === 'AWS::Cognito::UserPool')?.[0] ?? '';
  const pool = (verb: string): Question => ({ action: `cognito-idp:${verb}`, resource: concrete(poolId, 'Arn') ?? '' });
  const api = `arn:aws:apigateway:${localRegion}::/apis/0123456789/routes/0123456`;
  const topic = resources.find(([, { Type }]) => Type === 'AWS::SNS::Topic')?.[0] ?? '';

  test.each<[what: string, Question, who: readonly string[]]>([
    ['start a release', start('Release'), ['operator']],
    ['start a rehearsal', start('Rehearsal'), ['operator']],
    ['start a rollback', start('Rollback'), ['machine release', 'operator', 'stop rule']],
    ['start another machine', start('Other'), []],
    ['approve', token('Success', 'Release'), ['approval-page', 'approver']],
    ['reject', token('Failure', 'Release'), ['approver']],
    ['answer another machine', token('Success', 'Rollback'), []],
    ['stop a release', stop('Release'), ['operator']],
    ['stop a rehearsal', stop('Rehearsal'), ['operator']],
    // Step Functions wants it for a nested execution; the task of the rollback outlives the rollback.
    ['stop a rollback', stop('Rollback'), ['machine release']],
    ['redrive', { action: 'states:RedriveExecution', resource: states('execution', 'OneRoof-Release:x') }, []],
    [
      'change a machine',
      { action: 'states:UpdateStateMachine', resource: states('stateMachine', 'OneRoof-Release') },
      [],
    ],
    ['run a tier', invoke('tier 3'), ['machine release']],
    ['run an older version of a tier', invoke('tier 3', '7'), ['machine release']],
    ['run the undo', invoke('undo'), ['machine rollback']],
    ['sign a report', invoke('sign-report'), ['machine release', 'machine rollback']],
    ['announce', invoke('announce'), ['machine release', 'machine rollback']],
    ['put one of our events', event('one-roof.release'), ['announce']],
    ['put an event of another source', event('aws.states'), []],
    ['put one of another source beside ours', event('one-roof.release', 'another'), []],
    ['put an event of no source', event(), []],
    ['drop a clone', invoke('drop-clone'), ['machine rehearsal']],
    [
      'read the calendar',
      { action: 'ssm:GetCalendarState', resource: document('freezes') },
      ['check-answer', 'check-gate'],
    ],
    ['read another', { action: 'ssm:GetCalendarState', resource: document('holidays') }, []],
    ['change the calendar', { action: 'ssm:UpdateDocument', resource: document('freezes') }, []],
    ['change the code of a tier', { ...invoke('tier 3'), action: 'lambda:UpdateFunctionCode' }, []],
    [
      'tell people',
      { action: 'sns:Publish', resource: `arn:aws:sns:${localRegion}:${account}:${topic}` },
      ['approval-page', 'check-drift', 'request-approval', 'watch-approval', 'write-report', 'report-rollback'],
    ],
    ['ask about an approver', pool('AdminGetUser'), ['approval-page']],
    ['reset the password of an approver', pool('AdminSetUserPassword'), []],
    ['make somebody an approver', pool('AdminAddUserToGroup'), []],
    ['lead the page elsewhere', { action: 'apigateway:PATCH', resource: api }, []],
    ['hand on a role', { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/any` }, []],
    ['become another role', { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/any` }, []],
  ])('%s', async (_what, question, who) => {
    expect(await whoMay(question)).toEqual([...who].sort());
  });

  const execution = states('execution', 'OneRoof-Release:x');
  const machine = states('stateMachine', 'OneRoof-Release');
  test.each<[what: string, Question, who: readonly string[]]>([
    [
      'read the history of a release',
      { action: 'states:GetExecutionHistory', resource: execution },
      ['approval-page', 'fence', 'watch-approval', ...everyPerson],
    ],
    ['look at a release', { action: 'states:DescribeExecution', resource: execution }, everyPerson],
    [
      'list releases',
      { action: 'states:ListExecutions', resource: machine },
      ['approval-page', 'check-gate', 'fence', 'report-rollback', 'watch-approval', ...everyPerson],
    ],
    [
      'list rollbacks',
      { action: 'states:ListExecutions', resource: states('stateMachine', 'OneRoof-Rollback') },
      everyPerson,
    ],
    [
      'list the runs of another machine',
      { action: 'states:ListExecutions', resource: states('stateMachine', 'Payroll') },
      [],
    ],
  ])('%s', async (_what, question, who) => {
    expect(await whoMay(question)).toEqual([...who].sort());
  });

  const id = (type: string) => resources.find(([, { Type }]) => Type === type)?.[0] ?? '';
  const named = (service: string, what: string) => `arn:aws:${service}:${localRegion}:${account}:${what}`;
  test.each([
    ['ssm:DeleteDocument', document('one-roof-tier-1')],
    ['ssm:AddTagsToResource', document('one-roof-tier-1')],
    ['ssm:ResumeSession', `arn:aws:ssm:${localRegion}:${account}:session/x`],
    ['ssm:DeregisterManagedInstance', node(nodeId)],
    ['ssm:UpdateManagedInstanceRole', node(nodeId)],
    ['events:DisableRule', named('events', 'rule/OneRoof-Release-Stopped')],
    ['events:RemoveTargets', named('events', 'rule/OneRoof-Release-Stopped')],
    ['events:DeleteRule', named('events', 'rule/OneRoof-Release-Stopped')],
    ['cloudwatch:DisableAlarmActions', named('cloudwatch', `alarm:${id('AWS::CloudWatch::Alarm')}`)],
    ['cloudwatch:DeleteAlarms', named('cloudwatch', `alarm:${id('AWS::CloudWatch::Alarm')}`)],
    ['lambda:UpdateFunctionConfiguration', invoke('tier 3').resource],
    ['lambda:AddPermission', invoke('tier 3').resource],
    ['lambda:DeleteFunction', invoke('undo').resource],
    ['lambda:PutFunctionConcurrency', invoke('undo').resource.replace(/:1$/, '')],
    ['states:DeleteStateMachine', states('stateMachine', 'OneRoof-Rollback')],
    ['states:CreateStateMachine', states('stateMachine', 'OneRoof-Another')],
    ['states:SendTaskHeartbeat', states('stateMachine', 'OneRoof-Release')],
    ['sns:Subscribe', named('sns', topic)],
    ['sns:SetTopicAttributes', named('sns', topic)],
    ['sns:DeleteTopic', named('sns', topic)],
    ['sqs:PurgeQueue', named('sqs', id('AWS::SQS::Queue'))],
    ['sqs:ReceiveMessage', named('sqs', id('AWS::SQS::Queue'))],
    ['logs:DeleteLogGroup', named('logs', `log-group:${id('AWS::Logs::LogGroup')}`)],
    ['logs:DeleteLogStream', named('logs', `log-group:${id('AWS::Logs::LogGroup')}:log-stream:x`)],
    ['iam:PutRolePolicy', `arn:aws:iam::${account}:role/any`],
    ['iam:AttachRolePolicy', `arn:aws:iam::${account}:role/any`],
    ['iam:UpdateAssumeRolePolicy', `arn:aws:iam::${account}:role/any`],
    ['iam:CreatePolicyVersion', `arn:aws:iam::${account}:policy/any`],
    ['cognito-idp:AdminCreateUser', concrete(poolId, 'Arn') ?? ''],
    ['cognito-idp:UpdateUserPool', concrete(poolId, 'Arn') ?? ''],
    ['cloudformation:UpdateStack', named('cloudformation', 'stack/OneRoof/x')],
    ['secretsmanager:GetSecretValue', named('secretsmanager', 'secret:any')],
  ])('nobody may %s', async (action, resource) => {
    expect(await whoMay({ action, resource })).toEqual([]);
  });

  test.each(tiers)('%s writes into its own log group only', async (tier) => {
    const group = resources.filter(([, { Type }]) => Type === 'AWS::Logs::LogGroup').map(([id]) => id);
    const own: string[] = [];
    for (const id of group) {
      const stream = `arn:aws:logs:${localRegion}:${account}:log-group:${id}:log-stream:x`;
      const may = await decide(holders.get(tier)!, { action: 'logs:PutLogEvents', resource: stream });
      if (may) own.push(id);
    }
    expect(own).toHaveLength(1);
  });
});

describe('who may become whom', () => {
  const rule = `arn:aws:events:${localRegion}:${account}:rule/OneRoof-Release-Stopped`;
  const assume = async (role: string, principal: string, context: Record<string, string>) => {
    const id = roles.get(role) ?? '';
    const arn = `arn:aws:iam::${account}:role/${id}`;
    const answer = await runSimulation(
      {
        request: {
          principal,
          action: 'sts:AssumeRole',
          resource: { resource: arn, accountId: account },
          contextVariables: context,
        },
        identityPolicies: [],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: resolved(template.Resources[id]?.Properties['AssumeRolePolicyDocument']),
      },
      {},
    );
    if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
    return answer.overallResult === 'Allowed';
  };
  const from = (sourceAccount: string, source: string) => ({
    'aws:SourceAccount': sourceAccount,
    'aws:SourceArn': source,
  });

  test.each<[what: string, context: Record<string, string>, may: boolean]>([
    ['our rule', from(account, rule), true],
    ['another rule of this account', from(account, rule.replace('-Stopped', '-Other')), false],
    ['a rule of another account', from('111111111111', rule.replace(account, '111111111111')), false],
    ['our rule’s name from another account', from('111111111111', rule), false],
    ['the same rule in another Region', from(account, rule.replace(localRegion, 'us-east-1')), false],
    ['nobody in particular', {}, false],
  ])('EventBridge starts a rollback for %s: %j', async (_what, context, may) => {
    expect(await assume('stop rule', 'events.amazonaws.com', context)).toBe(may);
  });

  /** The one service that may be a role, and for which thing of ours it asks. */
  const serviceOf = (role: string): [service: string, source: string] => {
    if (role.startsWith('machine ')) return ['states', states('stateMachine', 'OneRoof-Release')];
    if (role === 'stop rule') return ['events', rule];
    return role === 'node' ? ['ssm', node(nodeId)] : ['lambda', rule];
  };

  test('each role is for one service', async () => {
    const services = ['lambda', 'states', 'events', 'ssm', 'ec2', `states.${localRegion}`].map(
      (name) => `${name}.amazonaws.com`,
    );
    for (const role of everybody.filter((name) => !everyPerson.includes(name))) {
      const [own, source] = serviceOf(role);
      const may = await Promise.all(services.map((service) => assume(role, service, from(account, source))));
      expect([role, services.filter((_service, index) => may[index])]).toEqual([role, [`${own}.amazonaws.com`]]);
    }
  });
});
