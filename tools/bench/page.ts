import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createExecutions } from '../../aws/executions.ts';
import { openRequest } from '../../core/approval/approval-request.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { awsClient } from '../../local/driver/loopback-client.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';
import { startPage } from '../../local/pages/start-page.ts';
import { findChromium } from '../../test/browser/chromium.ts';
import { type Browser, startBrowser } from '../../test/browser/devtools.ts';
import { until } from '../../test/until.ts';
import { packageDirectory } from '../package.ts';
import type { Stage } from './stage.ts';
import { timed } from './statistics.ts';
import type { Row, Table } from './table.ts';

const MOST_MS = 1000;
const signInButton = `[...document.querySelectorAll('button')].some((b) => b.textContent === 'Sign in')`;

/** The link to a release that waits for its approval. */
async function waiting(runtime: Runtime): Promise<string> {
  const { stepFunctions, releaseArn, page } = runtime;
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: releaseArn });
  const executions = createExecutions(awsClient(stepFunctions));
  await until(async () => openRequest(await executions.history(executionArn)));
  return (page?.link ?? '').replace('RUN', runIdOf(executionArn));
}

/** Milliseconds until the page can be used, and from the sign-in until what waits can be read and decided. */
async function openOnce(browser: Browser, link: string): Promise<[number, number]> {
  const tab = await browser.tab();
  const { ms: opened } = await timed(async () => {
    await tab.open(link);
    await tab.until(signInButton);
  });
  await tab.press('Enter');
  await tab.until(`document.querySelector('form[action="/oauth2/authorize"] button')`);
  await tab.read(`document.querySelector('form button').focus()`);
  const { ms: signedIn } = await timed(async () => {
    await tab.press('Enter');
    await tab.until(`document.body.dataset.status === 'waiting' && document.getElementById('field-approve')`);
  });
  return [opened, signedIn];
}

/** The table of the approver's page: how long a person waits for it, in a headless Chromium on this machine. */
export async function page(stage: Stage, rounds: number): Promise<Table> {
  const title = 'The approver’s page';
  const how = `Opened ${rounds} times on the loopback in headless Chromium, a new tab each, with a release that waits; the poll of the measurement is in it.`;
  const chromium = findChromium();
  const names = ['opened: one can sign in', 'signed in: what waits can be read and decided'];
  const row = (what: string, samples: readonly number[]): Row => ({
    what,
    unit: 'ms',
    samples,
    limit: { most: MOST_MS },
  });
  const note = 'no Chromium on this machine';
  if (chromium === undefined)
    return { id: 'page', title, how, rows: names.map((what) => ({ ...row(what, []), note })) };
  await stage.fresh('small');
  const runtime = await startRuntime({
    server: stage.server,
    packageDirectory,
    evidenceFolder: mkdtempSync(join(stage.folder, 'page-')),
    notifier: { notify: () => Promise.resolve() },
    settings: { startBySeconds: 45 },
    startPage,
  });
  const browser = startBrowser(chromium);
  try {
    const link = await waiting(runtime);
    const times: [number, number][] = [];
    for (let round = 0; round < rounds; round += 1) times.push(await openOnce(browser, link));
    return {
      id: 'page',
      title,
      how,
      rows: names.map((what, at) =>
        row(
          what,
          times.map((each) => each[at] ?? Number.NaN),
        ),
      ),
    };
  } finally {
    await browser.close();
    await runtime.stop();
  }
}
