import type { Command } from './command.ts';
import type { StoredDocument } from './document-store.ts';
import type { SsmNode } from './node.ts';

/** `Command`: how SSM shows a command across its nodes; here there is one. */
export function command(node: SsmNode, { id, status, details, request }: Command): object {
  return {
    CommandId: id,
    DocumentName: request.document.name,
    DocumentVersion: request.document.version,
    Comment: request.comment,
    RequestedDateTime: request.requestedAt,
    InstanceIds: [node.id],
    TimeoutSeconds: request.deliverySeconds,
    Parameters: request.parameters,
    Status: status,
    StatusDetails: details,
    TargetCount: 1,
  };
}

/** The response of GetCommandInvocation: the step's status, and its output once it has ended. */
export function pluginInvocation(node: SsmNode, found: Command): object {
  return {
    CommandId: found.id,
    InstanceId: node.id,
    Comment: found.request.comment,
    DocumentName: found.request.document.name,
    DocumentVersion: found.request.document.version,
    PluginName: found.request.document.content.mainSteps[0].name,
    ResponseCode: found.responseCode,
    Status: found.status,
    StatusDetails: found.details,
    StandardOutputContent: found.output,
    StandardErrorContent: found.error,
  };
}

/** `CommandInvocation`: the node's status; with details, the first 2,500 characters of output. */
export function invocation(node: SsmNode, found: Command, details: boolean): object {
  const step = {
    Name: found.request.document.content.mainSteps[0].name,
    Status: found.status,
    StatusDetails: found.details,
    ResponseCode: found.responseCode,
    Output: found.output.slice(0, 2_500),
  };
  return {
    CommandId: found.id,
    InstanceId: node.id,
    Comment: found.request.comment,
    DocumentName: found.request.document.name,
    RequestedDateTime: found.request.requestedAt,
    Status: found.status,
    StatusDetails: found.details,
    CommandPlugins: details ? [step] : [],
  };
}

/** The managed node, as its agent last reported. */
export function instance(node: SsmNode): object {
  return {
    InstanceId: node.id,
    PingStatus: node.online ? 'Online' : 'ConnectionLost',
    LastPingDateTime: node.now(),
    AgentVersion: node.agentVersion,
    PlatformType: 'Linux',
    ResourceType: 'ManagedInstance',
  };
}

/** A document's text and version. */
export function documentText({ name, version, text }: StoredDocument): object {
  return {
    Name: name,
    DocumentVersion: version,
    Content: text,
    DocumentType: 'Command',
    DocumentFormat: 'JSON',
    Status: 'Active',
  };
}

/** A document's hash, and which version is the default. */
export function documentDescription(asked: StoredDocument, newest: StoredDocument): object {
  return {
    Name: asked.name,
    Hash: asked.hash,
    HashType: 'Sha256',
    DocumentVersion: asked.version,
    DefaultVersion: newest.version,
    LatestVersion: newest.version,
    Status: 'Active',
    DocumentType: 'Command',
    DocumentFormat: 'JSON',
    SchemaVersion: '2.2',
  };
}

/** One line of a document listing. */
export function documentIdentifier({ name, version }: StoredDocument): object {
  return { Name: name, DocumentVersion: version, DocumentType: 'Command', SchemaVersion: '2.2' };
}
