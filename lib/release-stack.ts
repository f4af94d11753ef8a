import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ReleasePackage } from '../core/package.ts';
import { Alarms } from './alarms.ts';
import { ApprovalTopic } from './approval.ts';
import { CommandDocuments } from './command-documents.ts';
import { EvidenceBucket } from './evidence-bucket.ts';
import { People } from './people.ts';
import type { ReleaseContext } from './release-context.ts';
import { ReleaseMachine } from './release-machine.ts';
import { RehearsalMachine } from './rehearsal-machine.ts';
import { RollbackMachine } from './rollback-machine.ts';
import type { Settings } from './settings.ts';
import type { StepLambda } from './step-lambda.ts';
import { StopRule } from './stop-rule.ts';

/** @see ReleaseStack */
interface ReleaseStackProps extends StackProps {
  readonly release: ReleasePackage;
  readonly settings: Settings;
}

/** Everything that a release needs on AWS. Wiring only: each thing is decided in its own construct. */
export class ReleaseStack extends Stack {
  readonly context: ReleaseContext;
  readonly releaseMachine: ReleaseMachine;
  readonly rollbackMachine: RollbackMachine;
  readonly rehearsalMachine: RehearsalMachine;

  constructor(scope: Construct, id: string, { release, settings, ...props }: ReleaseStackProps) {
    // CloudFormation takes 1 MB, and the documents of release and rehearsal are three quarters of it.
    super(scope, id, { terminationProtection: true, suppressTemplateIndentation: true, ...props });
    const documents = new CommandDocuments(this, 'Documents', { release, settings });
    const evidence = new EvidenceBucket(this, 'Evidence', settings);
    const topic = new ApprovalTopic(this, 'Approval', settings);
    this.context = { settings, release, documents, evidence, topic };
    this.rollbackMachine = new RollbackMachine(this, 'Rollback', this.context);
    this.releaseMachine = new ReleaseMachine(this, 'Release', {
      context: this.context,
      rollback: this.rollbackMachine,
    });
    this.rehearsalMachine = new RehearsalMachine(this, 'Rehearsal', this.context);
    const machines = { release: this.releaseMachine, rollback: this.rollbackMachine };
    const stopRule = new StopRule(this, 'StopRule', {
      release: machines.release.machine,
      rollback: machines.rollback.machine,
    });
    new Alarms(this, 'Alarms', { ...machines, stopRule, topic });
    new People(this, 'People', evidence);
  }

  /** Every function of the three machines. */
  get lambdas(): StepLambda[] {
    return [...this.releaseMachine.lambdas, ...this.rollbackMachine.lambdas, ...this.rehearsalMachine.lambdas];
  }
}
