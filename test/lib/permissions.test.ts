import { parsePlan, tierScriptId } from '../../core/package/plan.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { definitionOf, nodeId, packageDirectory, synthesized } from './synthesized.ts';

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  NotResource?: unknown;
  Condition?: unknown;
}

const release = synthesized();
const plan = parsePlan(readPackageFiles(packageDirectory).get('release.json') ?? '');

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** An ARN as one text: references become <marks>. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::Join': join,
    'Fn::GetAtt': getAtt,
  } = value as {
    Ref?: string;
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: string[];
  };
  return join === undefined ? `<${Ref ?? getAtt?.join('.') ?? '?'}>` : join[1].map(text).join('');
}

function statementsOf(roleId: string): Statement[] {
  return Object.values(release.template.Resources)
    .filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && JSON.stringify(Properties['Roles']).includes(`"${roleId}"`),
    )
    .flatMap(({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
}

function roleOf(functionId: string): string {
  const { Role } = release.template.Resources[functionId]?.Properties as { Role: { 'Fn::GetAtt': [string, string] } };
  return Role['Fn::GetAtt'][0];
}

function statements(name: string): Statement[] {
  const found = release.functions.find(({ name: id }) => id === name);
  if (found === undefined) throw new Error(`no function ${name}`);
  return statementsOf(roleOf(found.name));
}

function allowed(all: Statement[], action: string): string[] {
  return all
    .filter(({ Effect, Action }) => Effect === 'Allow' && list(Action).includes(action))
    .flatMap(({ Resource }) => list(Resource).map(text));
}

function document(id: string): string {
  return `arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:document/one-roof-${id}`;
}

const node = `arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:managed-instance/${nodeId}`;

function scriptsOf(environment: Readonly<Record<string, unknown>>): string[] {
  const { SCRIPTS } = environment;
  return typeof SCRIPTS === 'string' ? (JSON.parse(SCRIPTS) as { id: string }[]).map(({ id }) => id) : [];
}

test('the role of tier 3 may send the document of tier 3 to the one node, and nothing else anywhere', () => {
  const tier3 = release.functions.find(({ environment }) => environment['TIER_ID'] === '3');
  expect(allowed(statements(tier3?.name ?? ''), 'ssm:SendCommand')).toEqual([document('tier-3'), node]);
});

test('every function may send exactly the scripts it is told of, to the one node', () => {
  for (const { name, environment } of release.functions) {
    const scripts = scriptsOf(environment);
    const expected = scripts.length === 0 ? [] : [...scripts.map(document), node].sort();
    expect([name, allowed(statements(name), 'ssm:SendCommand').sort()]).toEqual([name, expected]);
  }
});

test('only the function of a tier may send that tier', () => {
  for (const tier of plan.tiers) {
    const id = tierScriptId(tier);
    const senders = release.functions.filter(({ name }) =>
      allowed(statements(name), 'ssm:SendCommand').includes(document(id)),
    );
    expect(senders.map(({ environment }) => environment['TIER_ID'])).toEqual([tier.id]);
  }
});

test('only Undo may send the script that undoes', () => {
  const senders = release.functions.filter(({ name }) =>
    allowed(statements(name), 'ssm:SendCommand').includes(document('undo')),
  );
  expect(senders.map(({ handler }) => handler)).toEqual(['undo']);
});

test('AWS-RunShellScript, and any document made later, is denied to every function that sends', () => {
  for (const { name, environment } of release.functions) {
    if (scriptsOf(environment).length === 0) continue;
    const denied = statements(name).find(({ Sid }) => Sid === 'SendNothingElse');
    expect(denied).toMatchObject({ Effect: 'Deny', Action: 'ssm:SendCommand' });
    const spared = list(denied?.NotResource).map(text);
    expect(spared.sort()).toEqual([...scriptsOf(environment).map(document), node].sort());
    expect(spared.some((arn) => arn.includes('*') || arn.includes('AWS-'))).toBe(false);
  }
});

test('no role of a function may change documents, redrive, or answer an approval', () => {
  const forbidden =
    /^(\*|ssm:\*|states:\*|ssm:(Create|Update|Delete|Modify|Start)\w*|states:(Redrive|Send|Start|Stop|Update|Delete)\w*)$/;
  for (const { name } of release.functions) {
    const granted = statements(name)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action }) => list(Action));
    expect([name, granted.filter((action) => forbidden.test(String(action)))]).toEqual([name, []]);
  }
});

test('nobody in the template may send a command to anything, or send anything to a node', () => {
  const policies = Object.values(release.template.Resources).filter(({ Type }) =>
    /^AWS::IAM::(Managed)?Policy$/.test(Type),
  );
  for (const { Properties } of policies) {
    for (const statement of (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement) {
      if (statement.Effect !== 'Allow' || !list(statement.Action).includes('ssm:SendCommand')) continue;
      expect(list(statement.Resource).map(text).join(' ')).not.toContain('*');
    }
  }
});

/** The functions behind the states; those on a schedule stand beside them. */
const recorders = release.functions.filter(({ handler }) => !['watch-approval', 'check-drift'].includes(handler));

test('the watch over approvals reads where releases stand and sends messages, and may do nothing else', () => {
  const watch = release.functions.find(({ handler }) => handler === 'watch-approval');
  const actions = statements(watch?.name ?? '').flatMap(({ Effect, Action }) => [Effect, ...list(Action)]);
  const own = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  const reads = ['states:ListExecutions', 'states:GetExecutionHistory'];
  expect(new Set(actions)).toEqual(new Set(['Allow', ...own, ...reads, 'sns:Publish']));
});

test('who has something to tell may publish to the topic, and nobody else may', () => {
  const tells = release.functions.filter(({ environment }) => 'TOPIC_ARN' in environment);
  const handlers = tells.map(({ handler }) => handler).sort();
  expect(handlers).toEqual(['check-drift', 'report-rollback', 'request-approval', 'watch-approval', 'write-report']);
  const publishers = release.functions.filter(({ name }) => allowed(statements(name), 'sns:Publish').length > 0);
  expect(publishers.map(({ handler }) => handler).sort()).toEqual(handlers);
});

/** Logical ids of the functions of which a machine's states invoke a version. */
function calledBy(machine: keyof typeof release.machines): string[] {
  const text = JSON.stringify(Object.values(definitionOf(machine).States));
  return release.functions.map(({ name }) => name).filter((name) => text.includes(`<${name} version>`));
}

test('a release that waited through a deployment may still call the versions it began with', () => {
  const callers: string[] = [];
  for (const machine of ['release', 'rollback', 'rehearsal'] as const) {
    const { RoleArn } = release.template.Resources[release.machines[machine]]?.Properties as {
      RoleArn: { 'Fn::GetAtt': [string, string] };
    };
    const invokable = allowed(statementsOf(RoleArn['Fn::GetAtt'][0]), 'lambda:InvokeFunction');
    for (const name of calledBy(machine)) expect(invokable).toContain(`<${name}.Arn>:*`);
    callers.push(...calledBy(machine));
  }
  expect([...new Set(callers)].sort()).toEqual(recorders.map(({ name }) => name).sort());
});
