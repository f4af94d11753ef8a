import type { FencePorts, NotifierPorts, WatchPorts } from '../../core/ports.ts';
import { environmentSchemas, type HandlerName, readEnvironment } from '../../core/environment.ts';
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

const binders: Readonly<Record<HandlerName, (environment: Environment, ports: AllPorts) => BoundHandler>> = {
  'check-gate': (environment, ports) =>
    checkGate(readEnvironment(environmentSchemas['check-gate'], environment), ports),
  'request-approval': (environment, ports) =>
    requestApproval(readEnvironment(environmentSchemas['request-approval'], environment), ports),
  'check-answer': (environment, ports) =>
    checkAnswer(readEnvironment(environmentSchemas['check-answer'], environment), ports),
  'run-tier': (environment, ports) => runTier(readEnvironment(environmentSchemas['run-tier'], environment), ports),
  'post-checks': (environment, ports) =>
    postChecks(readEnvironment(environmentSchemas['post-checks'], environment), ports),
  'write-report': (environment, ports) =>
    writeReport(readEnvironment(environmentSchemas['write-report'], environment), ports),
  'check-clone': (environment, ports) =>
    checkClone(readEnvironment(environmentSchemas['check-clone'], environment), ports),
  'check-disk': (environment, ports) =>
    checkDisk(readEnvironment(environmentSchemas['check-disk'], environment), ports),
  clone: (environment, ports) => clone(readEnvironment(environmentSchemas['clone'], environment), ports),
  'drop-clone': (environment, ports) =>
    dropClone(readEnvironment(environmentSchemas['drop-clone'], environment), ports),
  'record-rehearsal': (environment, ports) =>
    recordRehearsal(readEnvironment(environmentSchemas['record-rehearsal'], environment), ports),
  'refuse-further-run': (environment, ports) =>
    refuseFurtherRun(readEnvironment(environmentSchemas['refuse-further-run'], environment), ports),
  'rehearse-back': (environment, ports) =>
    rehearseBack(readEnvironment(environmentSchemas['rehearse-back'], environment), ports),
  'rehearse-forward': (environment, ports) =>
    rehearseForward(readEnvironment(environmentSchemas['rehearse-forward'], environment), ports),
  fence: (environment, ports) => fence(readEnvironment(environmentSchemas.fence, environment), ports),
  'watch-approval': (environment, ports) =>
    watchApproval(readEnvironment(environmentSchemas['watch-approval'], environment), ports),
  undo: (environment, ports) => undo(readEnvironment(environmentSchemas.undo, environment), ports),
  'prove-baseline': (environment, ports) =>
    proveBaseline(readEnvironment(environmentSchemas['prove-baseline'], environment), ports),
};

/** Binds a handler file to the environment that the stack gives its function. */
export function bindHandler(name: HandlerName, environment: Environment, ports: AllPorts): BoundHandler {
  return binders[name](environment, ports);
}
