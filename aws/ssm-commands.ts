import {
  CancelCommandCommand,
  DescribeDocumentCommand,
  DescribeInstanceInformationCommand,
  GetCalendarStateCommand,
  GetCommandInvocationCommand,
  GetDocumentCommand,
  paginateListCommands,
  SendCommandCommand,
  SSMClient,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm';
import { CommandNotSent, CommandReadDenied, OutcomeUnknown } from '../core/base/errors.ts';
import type { CommandChannel, DeployedDocument, FoundCommand, Invocation, SendRequest } from '../core/base/ports.ts';

/** SSM answers in well under a second; the outcome of a send that gets no answer within this time is unknown. */
const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };
/**
 * Each send opens a connection of its own. One that was kept may have been given up by the service meanwhile, above all in a
 * function that was frozen between two calls; the send on it then ends without an answer, and may not be repeated.
 */
const ownConnection = { httpAgent: { keepAlive: false }, httpsAgent: { keepAlive: false } };

/** How SSM is reached; the limits of a call are set one by one. */
type ChannelConfig = Omit<SSMClientConfig, 'requestHandler'> & { readonly requestHandler?: Partial<typeof TIMEOUTS> };

/** The names under which AWS services report that calls come too fast; nothing was accepted. */
const throttling = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RateExceeded',
]);

/**
 * Errors after which nothing was accepted: SendCommand's own client faults (SDK model 3.1169), those of signing and
 * permission, and missing credentials, with which no request is made. Any other error may hide an accepted command.
 */
const certainlyRefused = new Set([
  ...throttling,
  'AccessDeniedException',
  'CredentialsProviderError',
  'DuplicateInstanceId',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidDocument',
  'InvalidDocumentVersion',
  'InvalidInstanceId',
  'InvalidNotificationConfig',
  'InvalidOutputFolder',
  'InvalidParameters',
  'InvalidRole',
  'InvalidSignatureException',
  'MaxDocumentSizeExceeded',
  'MissingAuthenticationToken',
  'UnrecognizedClientException',
  'UnsupportedPlatformType',
  'ValidationException',
]);

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

function sendFailure(comment: string, error: unknown): CommandNotSent | OutcomeUnknown {
  const name = nameOf(error);
  if (!certainlyRefused.has(name)) {
    return new OutcomeUnknown(`${comment}: SSM did not answer the send (${name})`, { cause: error });
  }
  return new CommandNotSent(`${comment}: SSM refused the command (${name})`, {
    cause: error,
    throttled: throttling.has(name),
  });
}

/** Returns undefined for one named service error; every other error is rethrown. */
async function unless<T>(errorName: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (nameOf(error) === errorName) return undefined;
    throw error;
  }
}

async function send(client: SSMClient, request: SendRequest): Promise<string> {
  const parameters = Object.entries(request.parameters).map(([name, value]): [string, string[]] => [name, [value]]);
  try {
    const { Command } = await client.send(
      new SendCommandCommand({
        DocumentName: request.document,
        DocumentVersion: request.documentVersion,
        DocumentHash: request.documentHash,
        DocumentHashType: 'Sha256',
        InstanceIds: [request.nodeId],
        TimeoutSeconds: request.deliverySeconds,
        Comment: request.comment,
        Parameters: Object.fromEntries(parameters),
        // psql's output may hold rows, so SSM must not copy it to CloudWatch; the facts that count are in our own
        // evidence.
        CloudWatchOutputConfig: { CloudWatchOutputEnabled: false },
      }),
    );
    if (Command?.CommandId !== undefined) return Command.CommandId;
  } catch (error) {
    throw sendFailure(request.comment, error);
  }
  throw new OutcomeUnknown(`${request.comment}: SSM accepted the command but returned no command id`);
}

async function read(client: SSMClient, commandId: string, nodeId: string): Promise<Invocation | undefined> {
  const command = new GetCommandInvocationCommand({ CommandId: commandId, InstanceId: nodeId });
  try {
    const found = await unless('InvocationDoesNotExist', () => client.send(command));
    if (found === undefined) return undefined;
    return {
      status: found.Status ?? 'none',
      statusDetails: found.StatusDetails ?? 'none',
      responseCode: found.ResponseCode ?? -1,
      output: found.StandardOutputContent ?? '',
    };
  } catch (error) {
    if (nameOf(error) !== 'AccessDeniedException') throw error;
    throw new CommandReadDenied(`Command ${commandId} cannot be read (AccessDeniedException)`, { cause: error });
  }
}

/**
 * Finds commands by their comment. No InstanceId is passed: with it, SSM leaves out commands that have not reached the
 * node yet, and these are the ones to cancel.
 */
async function find(client: SSMClient, prefix: string, since: Date): Promise<FoundCommand[]> {
  const found: FoundCommand[] = [];
  // SSM's examples show whole seconds; rounded down, so that no command is missed.
  const after = `${since.toISOString().slice(0, 19)}Z`;
  const input = { Filters: [{ key: 'InvokedAfter' as const, value: after }] };
  for await (const page of paginateListCommands({ client }, input)) {
    for (const { CommandId: commandId, Comment: comment, Status: status = 'none' } of page.Commands ?? []) {
      if (commandId !== undefined && comment?.startsWith(prefix) === true) found.push({ commandId, comment, status });
    }
  }
  return found;
}

async function readDocument(client: SSMClient, name: string): Promise<DeployedDocument | undefined> {
  return unless('InvalidDocument', async () => {
    const { Content: content, DocumentVersion: version } = await client.send(new GetDocumentCommand({ Name: name }));
    const { Document } = await client.send(new DescribeDocumentCommand({ Name: name, DocumentVersion: version }));
    if (content === undefined || version === undefined || Document?.Hash === undefined) return undefined;
    return { content, version, hash: Document.Hash };
  });
}

/**
 * SSM Run Command as the release uses it. The client that sends never retries: SendCommand has no idempotency token,
 * and the SDK's three attempts could start a script twice. Reads and cancels may be repeated.
 */
export function createSsmCommands(config: ChannelConfig = {}): CommandChannel {
  const requestHandler = { ...TIMEOUTS, ...config.requestHandler };
  const sender = new SSMClient({ ...config, requestHandler: { ...requestHandler, ...ownConnection }, maxAttempts: 1 });
  const reader = new SSMClient({ maxAttempts: 3, ...config, requestHandler });
  return {
    send: (request) => send(sender, request),
    read: (commandId, nodeId) => read(reader, commandId, nodeId),
    cancel: async (commandId, nodeId) => {
      await reader.send(new CancelCommandCommand({ CommandId: commandId, InstanceIds: [nodeId] }));
    },
    find: (prefix, since) => find(reader, prefix, since),
    readDocument: (name) => readDocument(reader, name),
    readNode: async (nodeId) => {
      const filter = { Filters: [{ Key: 'InstanceIds', Values: [nodeId] }] };
      const { InstanceInformationList } = await reader.send(new DescribeInstanceInformationCommand(filter));
      const node = InstanceInformationList?.find((candidate) => candidate.InstanceId === nodeId);
      return node === undefined ? undefined : { online: node.PingStatus === 'Online' };
    },
    readCalendar: async (name) => {
      const found = await reader.send(new GetCalendarStateCommand({ CalendarNames: [name] }));
      const { State: state, NextTransitionTime: until } = found;
      return { open: state === 'OPEN', ...(until === undefined ? {} : { until }) };
    },
  };
}
