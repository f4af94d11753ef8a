import { ArnFormat, NestedStack, Stack } from 'aws-cdk-lib/core';
import { Effect, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { documentDigest, renderDocument, type DocumentContent } from '../../core/command/document.ts';
import type { ScriptSetting } from '../../core/base/environment.ts';
import { inPackage, PackageInvalid } from '../../core/base/errors.ts';
import { planFile } from '../../core/package/manifest.ts';
import type { PackagedScript, ReleasePackage } from '../../core/package/package.ts';
import { scriptTimeouts } from '../../core/command/timeouts.ts';
import { silenceSeconds, type Settings } from './settings.ts';

/** One script and the document that carries it. */
interface Carried {
  readonly packaged: PackagedScript;
  readonly name: string;
  readonly content: DocumentContent;
}

/** Whether a script deals with the clone of a rehearsal, and so has to be told its name. */
function namesClone({ runsOn = 'production' }: PackagedScript): boolean {
  return runsOn !== 'production';
}

/** @see CommandDocuments */
interface CommandDocumentsProps {
  readonly release: ReleasePackage;
  readonly settings: Settings;
}

/**
 * One Command document per script, with its content fixed at synth, and the grants to send them: only to the one node
 * of the settings. The documents are a nested stack, because they are two thirds of a template that may hold 1 MB. They
 * are used by name, so nothing refers into that stack.
 */
export class CommandDocuments extends Construct {
  /** What every document name begins with, for example `one-roof-`. */
  readonly prefix: string;
  /** The nested stack that holds the documents. */
  readonly stack: NestedStack;
  /** By the script's id. */
  private readonly carried: ReadonlyMap<string, Carried>;
  private readonly nodeArn: string;

  constructor(scope: Construct, id: string, { release, settings }: CommandDocumentsProps) {
    super(scope, id);
    this.prefix = `${release.plan.name}-`;
    this.nodeArn = this.arnOfNode(settings.nodeId);
    this.carried = new Map(
      release.scripts.map((packaged) => {
        const { script, text, lineMap } = packaged;
        const content = renderDocument({
          plan: release.plan,
          script,
          prelude: release.prelude,
          scriptText: text,
          lineMap,
          wrapper: release.wrapper,
          target: {
            container: settings.container,
            database: packaged.runsOn === 'maintenance' ? 'postgres' : release.plan.database,
            user: script.as === 'reader' ? release.plan.reader : release.plan.writer,
          },
          timeouts: scriptTimeouts(script.seconds, settings.startBySeconds),
          ...(namesClone(packaged)
            ? { rehearsal: { connects: packaged.runsOn === 'clone', silenceSeconds: silenceSeconds(settings) } }
            : {}),
        });
        return [script.id, { packaged, name: `${this.prefix}${script.id}`, content }] as const;
      }),
    );
    this.stack = new NestedStack(this, 'Stack', { suppressTemplateIndentation: true });
    for (const { packaged, name, content } of this.carried.values()) {
      const document = new CfnDocument(this.stack, packaged.script.id, {
        name,
        documentType: 'Command',
        documentFormat: 'JSON',
        content,
        // The default, Replace, cannot update a document that has a name of its own.
        updateMethod: 'NewVersion',
      });
      // Text (the resource takes either): CloudFormation may hand the numbers of an object on as text, and then the
      // digest of what is deployed would differ from ours.
      document.addPropertyOverride('Content', JSON.stringify(content));
    }
  }

  /** Every document, as it would be created. */
  get all(): { name: string; content: DocumentContent }[] {
    return [...this.carried.values()].map(({ name, content }) => ({ name, content }));
  }

  /** Script id → digest of its document's content, for the functions that compare with what is deployed. */
  get digests(): Record<string, string> {
    return Object.fromEntries([...this.carried].map(([id, { content }]) => [id, documentDigest(content)]));
  }

  /**
   * The settings of scripts, by role or id, for the function that sends them. @throws PackageInvalid for an unknown
   * one.
   */
  scriptSettings(names: readonly string[]): ScriptSetting[] {
    return names.map((script) => {
      const { packaged, name } = this.find(script);
      const { role } = packaged;
      const { id, seconds, proof, parameters } = packaged.script;
      const declared = [...parameters, ...(namesClone(packaged) ? ['database'] : [])];
      const called = role === undefined ? {} : { role };
      return { id, ...called, document: name, sha256: packaged.sha256, seconds, proof, parameters: declared };
    });
  }

  /**
   * Lets a role send these scripts to the node. Every other document is denied, whatever else the role is given later:
   * AWS-RunShellScript (which is root on the node), and any document that is created later.
   */
  grantSend(role: IRole, names: readonly string[]): void {
    const resources = [...this.arns(names), this.nodeArn];
    role.addToPrincipalPolicy(new PolicyStatement({ sid: 'SendOwn', actions: ['ssm:SendCommand'], resources }));
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'SendNothingElse',
        effect: Effect.DENY,
        actions: ['ssm:SendCommand'],
        notResources: resources,
      }),
    );
  }

  /** Lets a role read documents, to compare or to pin them; all of ours unless some are named. */
  grantRead(role: IRole, names: readonly string[] = [...this.carried.keys()]): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'ReadDocuments',
        actions: ['ssm:DescribeDocument', 'ssm:GetDocument'],
        resources: this.arns(names),
      }),
    );
  }

  private find(name: string): Carried {
    const found = this.carried.get(name) ?? [...this.carried.values()].find(({ packaged }) => packaged.role === name);
    if (found === undefined) throw new PackageInvalid(`${inPackage(planFile)} has no script "${name}"`);
    return found;
  }

  private arns(names: readonly string[]): string[] {
    return names.map((name) =>
      Stack.of(this).formatArn({ service: 'ssm', resource: 'document', resourceName: this.find(name).name }),
    );
  }

  private arnOfNode(nodeId: string): string {
    const [service, resource] = nodeId.startsWith('mi-') ? ['ssm', 'managed-instance'] : ['ec2', 'instance'];
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service, resource, resourceName: nodeId, arnFormat });
  }
}
