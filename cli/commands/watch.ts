import type { HistoryEvent } from '@aws-sdk/client-sfn';
import pc from 'picocolors';
import { runIdOf } from '../../core/base/run-id.ts';
import type { Ending } from '../../core/ending/ending.ts';
import { lastState } from '../execution/ending-of-history.ts';
import { ownEnding } from '../../core/ending/rollback-ending.ts';
import { viewExecution } from '../../core/approval/execution-view.ts';
import { executionToShow } from '../execution/find-execution.ts';
import { endingOfRelease, rollbackEnd } from '../execution/follow-rollback.ts';
import { onInterrupt } from '../screen/interrupt.ts';
import { createLiveScreen } from '../screen/live-screen.ts';
import { observe } from '../execution/observe.ts';
import { createProgress } from '../execution/release-progress.ts';
import { openTarget, type Target, type TargetOptions } from '../execution/target.ts';
import { colours, createTerminal, type Terminal } from '../screen/terminal.ts';
import { drawFrame, tiersAhead } from '../screen/watch-screen.ts';
import type { Define } from '../registry.ts';
import { examples, executionArgument, targetFlags } from '../execution/flags.ts';

/** Shows histories as they grow. */
interface Viewer {
  see(executionArn: string, events: readonly HistoryEvent[]): void;
  end(): void;
}

/** Draws a screen in place, four times a second, so that the elapsed time moves. */
function liveViewer(stateNames: readonly string[]): Viewer {
  const screen = createLiveScreen(process.stdout);
  const colour = colours(pc.isColorSupported);
  let current: { readonly arn: string; readonly events: readonly HistoryEvent[] } | undefined;
  const draw = () => {
    if (current === undefined) return;
    const view = viewExecution(current.arn, current.events);
    const ahead = tiersAhead(stateNames, view);
    const { columns, rows } = screen;
    screen.draw(drawFrame({ view, ahead, now: new Date(), columns, rows, colour }));
  };
  const timer = setInterval(draw, 250);
  // Ctrl-C ends only the watching. The cursor has to be shown again, whatever ends it.
  const ignoreInterrupts = onInterrupt(() => {
    screen.end();
    process.exit(130);
  });
  return {
    see: (arn, events) => {
      current = { arn, events };
      draw();
    },
    end: () => {
      clearInterval(timer);
      ignoreInterrupts();
      screen.end();
    },
  };
}

/**
 * One line per state, in the order in which the states end: for pipes and logs. With `--json`, one object per event.
 */
function lineViewer(terminal: Terminal, json: boolean): Viewer {
  const seen = new Map<string, number>();
  const plain: Terminal = { ...terminal, progress: (text) => terminal.data(text), colour: colours(false) };
  const progress = createProgress(plain);
  return {
    see: (arn, events) => {
      const known = seen.get(arn) ?? 0;
      seen.set(arn, events.length);
      for (const event of events.slice(known)) {
        if (!json) progress(event);
        else terminal.data(JSON.stringify(eventLine(arn, event)));
      }
    },
    end: () => undefined,
  };
}

/** An event as one line of JSON: never its input and output, which may be large, and never a token. */
function eventLine(arn: string, event: HistoryEvent): object {
  const state = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name;
  return {
    executionArn: arn,
    id: event.id,
    at: event.timestamp,
    type: event.type,
    ...(state === undefined ? {} : { state }),
  };
}

function createViewer(terminal: Terminal, json: boolean, stateNames: readonly string[]): Viewer {
  const live = process.stdout.isTTY && process.env['TERM'] !== 'dumb' && !json;
  return live ? liveViewer(stateNames) : lineViewer(terminal, json);
}

async function follow(target: Target, arn: string, viewer: Viewer): Promise<{ ending: Ending; report?: string }> {
  if (arn.startsWith(target.rollbackArn.replace(':stateMachine:', ':execution:'))) {
    return { ending: ownEnding(await rollbackEnd(target, arn, (events) => viewer.see(arn, events))) };
  }
  let last: readonly HistoryEvent[] = [];
  for await (const events of observe(target, arn)) {
    viewer.see(arn, events);
    last = events;
  }
  const ending = await endingOfRelease(target, arn, last, (rollback, events) => viewer.see(rollback, events));
  const { report } = lastState(last);
  return { ending, ...(report === undefined ? {} : { report }) };
}

/**
 * `one-roof watch`: shows an execution until it has ended, and exits as it ended. Ctrl-C ends the watching, not the
 * release.
 * @throws ServiceRefused, UsageError.
 */
export async function watchCommand(named: string | undefined, options: TargetOptions): Promise<number> {
  const json = options.json === true;
  const terminal = createTerminal({ json });
  const target = await openTarget(options);
  const { arn, status, startedAt } = await executionToShow(target, named);
  // Its exit code must not be taken for that of a release which was just started and is not listed yet.
  if (named === undefined && status !== 'RUNNING') {
    const words = `is the newest release that is listed, started ${startedAt.toISOString()}; it has ended.`;
    terminal.progress(
      `No release is running. ${runIdOf(arn)} ${words} To follow another: one-roof watch${target.flags} RUN`,
    );
  }
  const viewer = createViewer(terminal, json, await target.executions.stateNames(target.releaseArn));
  try {
    const { ending, report } = await follow(target, arn, viewer);
    viewer.end();
    if (json) terminal.data(JSON.stringify({ executionArn: arn, runId: runIdOf(arn), ending, report }));
    else terminal.data(ending.headline);
    if (report !== undefined && !json) terminal.data(`Report: ${report}`);
    return ending.exitCode;
  } finally {
    viewer.end();
  }
}

/** Flags and action of `one-roof watch`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addArgument(executionArgument())
    .addHelpText('after', examples('watch', 'watch --local | tee release.log'))
    .action(async (named: string | undefined, options: TargetOptions) => finish(await watchCommand(named, options)));
