import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime, type IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';

import {
  resolveDefinition,
  resolveText,
  type ResolveReference,
} from '../../../local/step-functions/resolve-template.ts';
import { ended, serve, start, stopAll, tokens, until, validateServed } from './harness.ts';
import { cdkFolder } from '../../lib/cdk-folder.ts';

afterEach(stopAll);
afterAll(validateServed);

const known: ResolveReference = (logicalId, attribute) =>
  ({ 'AWS::Partition': 'aws', Worker: 'worker', 'Worker.Arn': 'arn:worker' })[
    attribute === undefined ? logicalId : `${logicalId}.${attribute}`
  ];

test.each([
  ['text', 'x', 'x'],
  ['Ref', { Ref: 'Worker' }, 'worker'],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Worker', 'Arn'] }, 'arn:worker'],
  ['Fn::GetAtt with a dot', { 'Fn::GetAtt': 'Worker.Arn' }, 'arn:worker'],
  ['Fn::Join, nested', { 'Fn::Join': [':', ['a', { 'Fn::Join': ['', ['b', { Ref: 'Worker' }]] }]] }, 'a:bworker'],
  ['Fn::Sub', { 'Fn::Sub': '${AWS::Partition} ${Worker.Arn} ${!Kept}' }, 'aws arn:worker ${Kept}'],
])('%s is resolved', (_what, value, expected) => {
  expect(resolveText(value, known)).toBe(expected);
});

test.each([
  ['an unknown Ref', { Ref: 'Nobody' }, 'Nobody, which is not known'],
  ['an unknown attribute', { 'Fn::GetAtt': ['Worker', 'Name'] }, 'Worker.Name, which is not known'],
  ['another function', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${a}', { a: 1 }] }, 'Fn::Sub'],
  ['an object that is no function', { Ref: 'Worker', other: 1 }, 'not supported here'],
  ['a number', 3, '3, which is not supported here'],
])('%s is refused by name', (_what, value, message) => {
  expect(() => resolveText(value, known)).toThrow(message);
});

test.each([
  ['a missing resource', {}, 'no AWS::StepFunctions::StateMachine named Release'],
  ['another type', { Type: 'AWS::SNS::Topic' }, 'no AWS::StepFunctions::StateMachine named Release'],
  ['no definition', { Type: 'AWS::StepFunctions::StateMachine', Properties: {} }, 'has no DefinitionString'],
  [
    'substitutions',
    { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{}', DefinitionSubstitutions: {} } },
    'Release has DefinitionSubstitutions',
  ],
])('%s is refused', (_what, resource, message) => {
  expect(() => resolveDefinition({ Resources: { Release: resource } }, 'Release', known)).toThrow(message);
});

const outdir = cdkFolder();

test('what CDK synthesizes runs as it stands: token, Choice, Catch, Fail and a plain function', async () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] }, outdir }), 'Stack');
  const code = { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_22_X };
  const worker = new LambdaFunction(stack, 'Worker', code);
  const ask = new LambdaInvoke(stack, 'Ask', {
    lambdaFunction: worker,
    integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    payload: sfn.TaskInput.fromObject({ token: sfn.JsonPath.taskToken, at: sfn.JsonPath.stateEnteredTime }),
    retryOnServiceExceptions: false,
    resultPath: '$.answer',
    taskTimeout: sfn.Timeout.duration(Duration.seconds(30)),
    heartbeatTimeout: sfn.Timeout.duration(Duration.seconds(20)),
  });
  const tier = new LambdaInvoke(stack, 'Tier 1', {
    lambdaFunction: worker.currentVersion as IFunction,
    payloadResponseOnly: true,
    payload: sfn.TaskInput.fromObject({ apr: sfn.JsonPath.stringAt('$.answer.apr') }),
    resultPath: '$.tier',
  });
  const fail = new sfn.Fail(stack, 'Not approved', { errorPath: '$.error.Error', causePath: '$.error.Cause' });
  const approved = sfn.Condition.and(
    sfn.Condition.isPresent('$.answer.apr'),
    sfn.Condition.stringMatches('$.answer.apr', 'APR-*'),
  );
  const definition = ask
    .addCatch(fail, { errors: ['States.ALL'], resultPath: '$.error' })
    .next(new sfn.Choice(stack, 'Approved?').when(approved, tier.next(new sfn.Succeed(stack, 'Done'))).otherwise(fail));
  const machine = new sfn.StateMachine(stack, 'Release', {
    definitionBody: sfn.DefinitionBody.fromChainable(definition),
    timeout: Duration.hours(1),
  });
  const logicalId = stack.getLogicalId(machine.node.defaultChild as sfn.CfnStateMachine);
  const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:worker';
  const resolved = resolveDefinition(Template.fromStack(stack).toJSON(), logicalId, (id, attribute) =>
    id === 'AWS::Partition' ? 'aws' : `${arn}${attribute === undefined ? ':1' : ''}`,
  );
  const service = await serve({ release: resolved });
  const executionArn = start(service, 'release', { run: 7 });
  await until(() => service.history(executionArn).some(({ type }) => type === 'TaskSubmitted'));
  const [token = ''] = tokens(service.history(executionArn));
  service.sendTaskSuccess(token, '{"apr":"APR-1"}');
  const { status, output, types } = await ended(service, executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(output).toEqual({ run: 7, answer: { apr: 'APR-1' }, tier: { apr: 'APR-1' } });
  expect(types).toContain('LambdaFunctionSucceeded');
});
