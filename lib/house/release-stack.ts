import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { machineNames, namePrefix } from '../../core/base/names.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import { alarmPeriod, Alarms } from '../operations/alarms.ts';
import { ApprovalWatch } from '../approval/approval-watch.ts';
import { ApprovalPage } from '../approval/approval-page.ts';
import { ApprovalTopic } from '../approval/approval.ts';
import { CommandDocuments } from './command-documents.ts';
import { Dashboard } from '../operations/dashboard.ts';
import { DriftWatch } from '../operations/drift-watch.ts';
import { EvidenceBucket } from './evidence-bucket.ts';
import { LogMetrics } from '../operations/log-metrics.ts';
import type { LoggedLambda } from './logged-lambda.ts';
import { NodeRole } from './node-role.ts';
import { People } from '../operations/people.ts';
import type { ReleaseContext } from './release-context.ts';
import { ReleaseMachine } from '../release/release-machine.ts';
import { RehearsalMachine } from '../rehearsal/rehearsal-machine.ts';
import { RollbackMachine } from '../rollback/rollback-machine.ts';
import type { Settings } from './settings.ts';
import { SideSteps } from './side-steps.ts';
import { SigningKey } from './signing-key.ts';
import { StopRule } from '../rollback/stop-rule.ts';

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
  private readonly side: SideSteps;
  private readonly watch: ApprovalWatch;
  private readonly drift: DriftWatch;
  private readonly page: ApprovalPage | undefined;

  constructor(scope: Construct, id: string, { release, settings, ...props }: ReleaseStackProps) {
    super(scope, id, { terminationProtection: true, suppressTemplateIndentation: true, ...props });
    const documents = new CommandDocuments(this, 'Documents', { release, settings });
    const evidence = new EvidenceBucket(this, 'Evidence', settings);
    const topic = new ApprovalTopic(this, 'Approval', { title: release.plan.title, settings });
    const signing = new SigningKey(this, 'Signing');
    const names = machineNames(release.plan.name);
    const made = { names, settings, release, documents, evidence, topic, signing };
    const { approverEmail } = settings;
    this.page = approverEmail === undefined ? undefined : new ApprovalPage(this, 'ApprovalPage', made, approverEmail);
    if (this.page === undefined) evidence.reserveDecisions(undefined);
    this.context = { ...made, pageLink: this.page?.link ?? '' };
    this.side = new SideSteps(this, 'Side', this.context);
    this.rollbackMachine = new RollbackMachine(this, 'Rollback', this.context, this.side);
    this.releaseMachine = new ReleaseMachine(this, 'Release', {
      context: this.context,
      rollback: this.rollbackMachine,
      side: this.side,
    });
    this.rehearsalMachine = new RehearsalMachine(this, 'Rehearsal', this.context);
    const machines = { release: this.releaseMachine, rollback: this.rollbackMachine };
    const stopRule = new StopRule(this, 'StopRule', {
      name: names.release,
      release: machines.release.machine,
      rollback: machines.rollback.machine,
    });
    this.watch = new ApprovalWatch(this, 'ApprovalWatch', this.context);
    this.drift = new DriftWatch(this, 'DriftWatch', this.context);
    this.operations(stopRule);
    new People(this, 'People', this.context);
    new NodeRole(this, 'NodeRole');
  }

  /** Every function: those of the three machines, the two that watch, and the approver's page. */
  get lambdas(): LoggedLambda[] {
    const page = this.page === undefined ? [] : [this.page.lambda];
    return [...this.recorders, ...this.side.lambdas, this.watch, ...page];
  }

  /** Every function that writes evidence: those behind the states, and the watch over what was released. */
  private get recorders(): LoggedLambda[] {
    const forward = [...this.releaseMachine.lambdas, ...this.rehearsalMachine.lambdas];
    return [...forward, ...this.rollbackMachine.lambdas, this.drift];
  }

  private operations(stopRule: StopRule): void {
    const { settings, topic, names, release } = this.context;
    const { recorders, watch, drift } = this;
    const machines = { release: this.releaseMachine, rollback: this.rollbackMachine };
    const { postChecks, writeReport } = this.releaseMachine.closing;
    const metrics = new LogMetrics(this, 'LogMetrics', {
      namespace: namePrefix(release.plan.name),
      ...{ recorders, postChecks, watch, drift },
      reporters: [writeReport, this.rollbackMachine.writeReport, this.side.signer.lambda],
      period: alarmPeriod,
    });
    const alarms = new Alarms(this, 'Alarms', { ...machines, settings, stopRule, watch, metrics, topic });
    new Dashboard(this, 'Dashboard', {
      ...machines,
      ...{ settings, names, alarms, metrics, stopRule },
      rehearsal: this.rehearsalMachine,
      lambdas: this.lambdas,
    });
  }
}
