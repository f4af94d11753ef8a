import { Construct } from 'constructs';
import type { HandlerName } from '../../core/base/environment.ts';
import { tierScriptId } from '../../core/package/plan.ts';
import { rehearsalScripts, variantDigests } from '../../core/rehearsal/scripts.ts';
import { CommandDocuments } from '../house/command-documents.ts';
import { readRunner } from '../../disk/read-package.ts';
import type { ReleaseContext } from '../house/release-context.ts';
import { SendingLambda, senderEnvironment } from '../house/sending-lambda.ts';
import { commonEnvironment, StepLambda } from '../house/step-lambda.ts';

/** Seconds for a function that only writes evidence. */
const RECORD_SECONDS = 30;

type Sender = Extract<
  HandlerName,
  'clone' | 'rehearse-forward' | 'check-clone' | 'rehearse-back' | 'refuse-further-run'
>;

/** The functions and the documents of a rehearsal. None may send a script of the release to production. */
export class RehearsalSteps extends Construct {
  readonly documents: CommandDocuments;
  readonly checkDisk: StepLambda;
  readonly clone: StepLambda;
  readonly forward: StepLambda;
  readonly checkClone: StepLambda;
  readonly back: StepLambda;
  readonly refuse: StepLambda;
  readonly dropClone: StepLambda;
  readonly record: StepLambda;

  constructor(scope: Construct, id: string, released: ReleaseContext) {
    super(scope, id);
    const { release, settings } = released;
    // The rehearsal's own SQL is the engine's, whatever the package holds.
    const scripts = rehearsalScripts(release, readRunner());
    this.documents = new CommandDocuments(this, 'Documents', { release: { ...release, scripts }, settings });
    const context = { ...released, documents: this.documents };
    const tiers = release.plan.tiers.map(tierScriptId);
    const firstWriting = release.plan.tiers.filter(({ mutates }) => mutates).slice(0, 1);
    this.checkDisk = this.diskLambda(context);
    this.clone = this.sender(context, 'clone', 'Copies production beside itself', [
      'clone',
      'fingerprint',
      'prepare',
      'record',
    ]);
    this.forward = this.sender(context, 'rehearse-forward', 'Runs the next tier on the clone', tiers);
    this.checkClone = this.sender(context, 'check-clone', 'Reads the clone back as an outsider', [
      'contract',
      'outcome',
      'measure',
    ]);
    this.back = this.sender(context, 'rehearse-back', 'Takes the release back on the clone', [
      'undo',
      'fingerprint',
      'compare',
    ]);
    this.refuse = this.sender(context, 'refuse-further-run', 'Tries a second release, which must be refused', [
      ...tiers.slice(0, 1),
      ...firstWriting.map(tierScriptId),
    ]);
    this.dropClone = this.dropLambda(context);
    this.record = new StepLambda(this, 'Record', {
      context,
      handler: 'record-rehearsal',
      evidence: { rehearsals: 'records' },
      description: 'Records what the rehearsal came to',
      seconds: RECORD_SECONDS,
      environment: { ...commonEnvironment(context), VARIANTS: JSON.stringify(variantDigests(release)) },
    });
  }

  /** All of them, for the machine that invokes them. */
  get lambdas(): StepLambda[] {
    const { checkDisk, clone, forward, checkClone, back, refuse, dropClone, record } = this;
    return [checkDisk, clone, forward, checkClone, back, refuse, dropClone, record];
  }

  private diskLambda(context: ReleaseContext): StepLambda {
    const scripts = ['clean', 'disk', 'production-fingerprint', 'production-probe'];
    const { documents, release } = context;
    const lambda = new SendingLambda(this, 'CheckDisk', {
      context,
      handler: 'check-disk',
      description: 'Removes what dead rehearsals left and looks whether there is room',
      scripts,
      environment: {
        ...senderEnvironment(context, scripts),
        DATABASE: release.plan.database,
        DOCUMENT_DIGESTS: JSON.stringify(documents.digests),
        DOCUMENT_PREFIX: documents.prefix,
      },
    });
    documents.grantRead(lambda.role);
    return lambda;
  }

  private dropLambda(context: ReleaseContext): StepLambda {
    const scripts = ['drop', 'production-fingerprint', 'production-probe'];
    const lambda = new SendingLambda(this, 'DropClone', {
      context,
      handler: 'drop-clone',
      description: 'Drops the clone and looks at production again',
      scripts,
      environment: { ...senderEnvironment(context, scripts), DATABASE: context.release.plan.database },
    });
    context.documents.grantRead(lambda.role, scripts);
    return lambda;
  }

  private sender(
    context: ReleaseContext,
    handler: Sender,
    description: string,
    scripts: readonly string[],
  ): StepLambda {
    const environment = senderEnvironment(context, scripts);
    // A copy takes nearly all of the 900 s that Lambda has, and the scripts around it are short.
    const oneACall = handler === 'rehearse-forward' || handler === 'clone';
    return new SendingLambda(this, handler, { context, handler, description, scripts, environment, oneACall });
  }
}
