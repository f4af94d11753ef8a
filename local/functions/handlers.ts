import type * as z from 'zod';
import type { FencePorts, NotifierPorts, WatchPorts } from '../../core/base/ports.ts';
import { runStep } from '../../core/base/step-log.ts';
import { environmentSchemas, type HandlerName, readEnvironment } from '../../core/base/environment.ts';
import { createHandler as checkAnswer } from '../../lambdas/check-answer.ts';
import { createHandler as checkGate } from '../../lambdas/check-gate.ts';
import { createHandler as checkClone } from '../../lambdas/check-clone.ts';
import { createHandler as checkDisk } from '../../lambdas/check-disk.ts';
import { createHandler as clone } from '../../lambdas/clone.ts';
import { createHandler as dropClone } from '../../lambdas/drop-clone.ts';
import { createHandler as recordRehearsal } from '../../lambdas/record-rehearsal.ts';
import { createHandler as refuseFurtherRun } from '../../lambdas/refuse-further-run.ts';
import { createHandler as rehearseBack } from '../../lambdas/rehearse-back.ts';
import { createHandler as rehearseForward } from '../../lambdas/rehearse-forward.ts';
import { createHandler as fence } from '../../lambdas/fence.ts';
import { createHandler as postChecks } from '../../lambdas/post-checks.ts';
import { createHandler as proveBaseline } from '../../lambdas/prove-baseline.ts';
import { createHandler as reportRollback } from '../../lambdas/report-rollback.ts';
import { createHandler as requestApproval } from '../../lambdas/request-approval.ts';
import { createHandler as runTier } from '../../lambdas/run-tier.ts';
import { createHandler as undo } from '../../lambdas/undo.ts';
import { createHandler as watchApproval } from '../../lambdas/watch-approval.ts';
import { createHandler as writeReport } from '../../lambdas/write-report.ts';

/** Every port that any handler needs; locally they are cheap, so each function gets all of them. */
export type AllPorts = FencePorts & NotifierPorts & WatchPorts;

/** A handler bound to its synthesized environment. */
export type BoundHandler = (event: unknown) => Promise<unknown>;

type Environment = Readonly<Record<string, string>>;
type Binder = (environment: Environment, ports: AllPorts) => BoundHandler;

/** As lambdas/bind.ts does it: settings parsed once, each call logged as a step. */
function binder<Schema extends z.ZodType>(
  schema: Schema,
  createHandler: (settings: z.output<Schema>, ports: AllPorts) => BoundHandler,
): Binder {
  return (environment, ports) => {
    const settings = readEnvironment(schema, environment);
    return (event) => runStep(ports, event, (own) => createHandler(settings, own)(event));
  };
}

const binders: Readonly<Record<HandlerName, Binder>> = {
  'check-gate': binder(environmentSchemas['check-gate'], checkGate),
  'request-approval': binder(environmentSchemas['request-approval'], requestApproval),
  'check-answer': binder(environmentSchemas['check-answer'], checkAnswer),
  'run-tier': binder(environmentSchemas['run-tier'], runTier),
  'post-checks': binder(environmentSchemas['post-checks'], postChecks),
  'write-report': binder(environmentSchemas['write-report'], writeReport),
  'check-clone': binder(environmentSchemas['check-clone'], checkClone),
  'check-disk': binder(environmentSchemas['check-disk'], checkDisk),
  clone: binder(environmentSchemas.clone, clone),
  'drop-clone': binder(environmentSchemas['drop-clone'], dropClone),
  'record-rehearsal': binder(environmentSchemas['record-rehearsal'], recordRehearsal),
  'refuse-further-run': binder(environmentSchemas['refuse-further-run'], refuseFurtherRun),
  'rehearse-back': binder(environmentSchemas['rehearse-back'], rehearseBack),
  'rehearse-forward': binder(environmentSchemas['rehearse-forward'], rehearseForward),
  fence: binder(environmentSchemas.fence, fence),
  'watch-approval': binder(environmentSchemas['watch-approval'], watchApproval),
  undo: binder(environmentSchemas.undo, undo),
  'prove-baseline': binder(environmentSchemas['prove-baseline'], proveBaseline),
  'report-rollback': binder(environmentSchemas['report-rollback'], reportRollback),
};

/** Binds a handler file to the environment that the stack gives its function. */
export function bindHandler(name: HandlerName, environment: Environment, ports: AllPorts): BoundHandler {
  return binders[name](environment, ports);
}
