import * as z from 'zod';
import type { Command } from './command.ts';
import { cutPage } from '../driver/cut-page.ts';
import { namedCalendar } from './calendar.ts';
import { operation, type Operation } from '../driver/aws-json.ts';
import { ServiceError } from '../driver/service-error.ts';
import type { SsmNode } from './node.ts';
import * as views from './views.ts';

/** Patterns of ids, as in the API reference of Systems Manager. */
const documentName = z.string().regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/);
const documentVersion = z.string().regex(/^(\$LATEST|\$DEFAULT|[1-9][0-9]*)$/);
const nodeId = z.string().regex(/^m?i-[0-9a-f]{8,17}$/);
const commandId = z.uuid();

const sendCommand = z.object({
  DocumentName: documentName,
  DocumentVersion: documentVersion.optional(),
  DocumentHash: z.string().max(256).optional(),
  DocumentHashType: z.literal('Sha256').optional(),
  InstanceIds: z.array(nodeId).min(1).max(50),
  TimeoutSeconds: z.int().min(30).max(2_592_000).default(3_600),
  Comment: z.string().max(100).default(''),
  Parameters: z.record(z.string(), z.array(z.string())).default({}),
});

const invocation = z.object({ CommandId: commandId, InstanceId: nodeId });
const cancelCommand = z.object({ CommandId: commandId, InstanceIds: z.array(nodeId).default([]) });
const document = z.object({ Name: documentName, DocumentVersion: documentVersion.optional() });
const calendarState = z.object({ CalendarNames: z.tuple([documentName]) });
const filter = z.object({ key: z.enum(['InvokedAfter', 'InvokedBefore', 'DocumentName']), value: z.string() });
const listCommands = z.object({
  CommandId: commandId.optional(),
  InstanceId: nodeId.optional(),
  Filters: z.array(filter).default([]),
  MaxResults: z.int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});
const listInvocations = listCommands.extend({ Details: z.boolean().default(false) });
const instanceFilter = z.object({ Key: z.literal('InstanceIds'), Values: z.array(z.string()) });
const describeInstances = z.object({ Filters: z.array(instanceFilter).default([]) });

type CommandQuery = z.output<typeof listCommands>;

function matches(command: Command, { key, value }: z.output<typeof filter>): boolean {
  const { requestedAt } = command.request;
  switch (key) {
    case 'InvokedAfter':
      return requestedAt >= new Date(value);
    case 'InvokedBefore':
      return requestedAt < new Date(value);
    case 'DocumentName':
      return command.request.document.name === value;
  }
}

function query(node: SsmNode, of: string, request: CommandQuery): { commands: Command[]; NextToken?: string } {
  const { CommandId, InstanceId, Filters, MaxResults: size, NextToken: token } = request;
  const numbered = node.commands().map((command, index, { length }) => ({ command, number: length - index }));
  const wanted = numbered
    .filter(() => InstanceId === undefined || InstanceId === node.id)
    .filter(({ command }) => CommandId === undefined || command.id === CommandId)
    .filter(({ command }) => Filters.every((one) => matches(command, one)));
  const refusal = new ServiceError('InvalidNextToken', 'The specified token is not valid.');
  const { items, nextToken } = cutPage(wanted, ({ number }) => number, { of, size, token, refusal });
  const commands = items.map(({ command }) => command);
  return nextToken === undefined ? { commands } : { commands, NextToken: nextToken };
}

/** The operations that are served; every other name is reported as unknown. */
export const operations: ReadonlyMap<string, Operation<SsmNode>> = new Map<string, Operation<SsmNode>>([
  ['SendCommand', operation(sendCommand, (node, request) => ({ Command: views.command(node, node.send(request)) }))],
  [
    'GetCommandInvocation',
    operation(invocation, (node, request) => {
      const found = request.InstanceId === node.id ? node.visible(request.CommandId) : undefined;
      if (found === undefined)
        throw new ServiceError('InvocationDoesNotExist', 'The command ID and instance ID do not exist');
      return views.pluginInvocation(node, found);
    }),
  ],
  [
    'CancelCommand',
    operation(cancelCommand, (node, request) => {
      const found = node.commands().find((command) => command.id === request.CommandId);
      if (found === undefined) throw new ServiceError('InvalidCommandId', 'The command ID does not exist');
      found.cancel();
      return {};
    }),
  ],
  [
    'ListCommands',
    operation(listCommands, (node, request) => {
      const { commands, ...more } = query(node, 'commands', request);
      return { Commands: commands.map((command) => views.command(node, command)), ...more };
    }),
  ],
  [
    'ListCommandInvocations',
    operation(listInvocations, (node, request) => {
      const { commands, ...more } = query(node, 'invocations', request);
      return {
        CommandInvocations: commands.map((command) => views.invocation(node, command, request.Details)),
        ...more,
      };
    }),
  ],
  [
    'DescribeInstanceInformation',
    operation(describeInstances, (node, { Filters }) => ({
      InstanceInformationList: Filters.every(({ Values }) => Values.includes(node.id)) ? [views.instance(node)] : [],
    })),
  ],
  [
    'GetDocument',
    operation(document, (node, { Name, DocumentVersion }) =>
      Name === node.calendar?.name
        ? node.calendar.describe().shown
        : views.documentText(node.documents.get(Name, DocumentVersion)),
    ),
  ],
  [
    'DescribeDocument',
    operation(document, ({ documents, calendar }, { Name, DocumentVersion }) => ({
      Document:
        Name === calendar?.name
          ? calendar.describe().description
          : views.documentDescription(documents.get(Name, DocumentVersion), documents.get(Name)),
    })),
  ],
  [
    'GetCalendarState',
    operation(calendarState, ({ calendar, now }, { CalendarNames: [name] }) =>
      namedCalendar(calendar, name).stateAt(now()),
    ),
  ],
  [
    'ListDocuments',
    operation(z.object({}), ({ documents }) => ({
      DocumentIdentifiers: documents.list().map(views.documentIdentifier),
    })),
  ],
]);
