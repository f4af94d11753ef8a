import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endingName } from './ending-name.ts';
import { readPageFiles } from '../../aws/page/page-files.ts';
import { pageFacts } from '../../core/approval/page/facts.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { startPage } from '../../local/pages/start-page.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { exampleApr, openStage, type Stage } from '../cli/stage.ts';
import { startWithAwsCli } from './aws-cli.ts';
import { findChromium } from './chromium.ts';
import { type Browser, startBrowser, type Tab } from './devtools.ts';

const found = findChromium();
if (found === undefined) {
  console.log('skipped: no Chromium on this machine (apt-get install chromium, or name one in CHROMIUM)');
}
const inBrowser = found === undefined ? describe.skip : describe;
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Where the screenshots for the documents go: set to renew them, and look at what came out. */
const pictures = process.env['PICTURES'];

const status = (wanted: string) => `document.body.dataset.status === '${wanted}'`;
const button = (name: string) => `[...document.querySelectorAll('button')].find((b) => b.textContent === '${name}')`;
const field = (kind: string) => `document.getElementById('field-${kind}')`;

const unchanged = `document.querySelector('header').innerText.includes('Nothing was changed.')`;

/** What axe-core finds wrong with what is shown, as one line per rule. */
async function violations(tab: Tab): Promise<string[]> {
  await tab.read(`${axe};0`);
  return tab.read(`axe.run(document).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target + ' ' + failureSummary).join(' | ')))`);
}

inBrowser('the approver’s page in a browser', () => {
  let stage: Stage;
  let browser: Browser;
  let tab: Tab;

  beforeAll(async () => {
    stage = await openStage({}, undefined, { startPage });
    browser = startBrowser(found ?? '');
  });
  afterAll(async () => {
    await browser.close();
    await stage.stop();
  });

  const link = (arn: string) => stage.runtime.page?.link.replace('RUN', runIdOf(arn)) ?? '';

  async function signIn(): Promise<void> {
    await tab.until(button('Sign in'));
    await tab.press('Enter');
    await tab.until(`document.querySelector('form[action="/oauth2/authorize"] button')`);
    await tab.read(`document.querySelector('form button').focus()`);
    await tab.press('Enter');
  }

  /** Types into a field and sends it, by keyboard alone. */
  async function answer(kind: string, text: string, sure?: string): Promise<void> {
    await tab.until(`${field(kind)} && !${field(kind)}.disabled`);
    await tab.read(`${field(kind)}.focus()`);
    await tab.type(text);
    await tab.press('Tab');
    await tab.press('Enter');
    if (sure === undefined) return;
    await tab.until(`document.activeElement.textContent === '${sure}'`);
    await tab.press('Enter');
  }

  async function picture(name: string, at = 'body'): Promise<void> {
    if (pictures === undefined) return;
    for (const width of [390, 1280]) {
      await tab.screen(width, false);
      await tab.read(`document.querySelector('${at}').scrollIntoView()`);
      await tab.shot(join(pictures, `${name}-${width}.png`));
    }
  }

  async function expectAccessible(): Promise<void> {
    for (const width of [390, 1280]) {
      for (const dark of [false, true]) {
        await tab.screen(width, dark);
        expect([width, dark, await violations(tab)]).toEqual([width, dark, []]);
        expect(await tab.read('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
    }
  }

  /** Opens the link of the mail, as the approver does, and signs in. */
  async function openLink(arn: string): Promise<void> {
    tab = await browser.tab();
    const mail = stage.mails.findLast((text) => text.includes(runIdOf(arn))) ?? '';
    expect(mail).toContain(link(arn));
    expect(mail).not.toMatch(/sha256:|one-roof approve|arn:/);
    await tab.open(link(arn));
    await signIn();
    await tab.until(status('waiting'));
  }

  test('a release is read, refused once for a wrong code, approved, watched to its end, and its report is opened', async () => {
    await stage.fresh();
    const byCli = await startWithAwsCli(stage);
    if (byCli === undefined) console.log('started through the SDK: there is no AWS CLI on this machine');
    const arn = byCli ?? (await stage.ask()).arn;
    const request = await stage.request(arn);
    await openLink(arn);
    expect(await tab.read('location.href')).toBe(`${stage.runtime.page?.origin}/?run=${runIdOf(arn)}`);
    expect(await tab.read('sessionStorage.length + localStorage.length + document.cookie.length')).toBe(0);
    await tab.read(`document.querySelector('.plan details summary').focus()`);
    await tab.press('Enter');
    await tab.until(`document.querySelector('.plan pre').textContent.includes('begin')
      || document.querySelector('.plan pre').textContent.includes('BEGIN')`);
    await expectAccessible();
    await tab.read(`document.querySelector('.plan details summary').focus()`);
    await tab.press('Enter');
    await tab.until(`document.getElementById('changes').innerText.includes('It is the first')`);
    expect(await tab.read(`document.querySelector('.plan .rows').textContent`)).toMatch(/not known before the trial/);
    await picture('waiting');
    await picture('decision', '#decide');

    await answer('ask', 'Is the backup of tonight done?');
    await tab.until(`document.querySelector('.live.good')`);
    expect(stage.mails.at(-1)).toContain('Is the backup of tonight done?');

    await answer('approve', 'nonsense', 'Yes, approve');
    await tab.until(`document.querySelector('.live.bad').textContent.includes('No answer was used up')`);
    await tab.read(`${field('approve')}.value = ''`);
    await answer('approve', 'APR-NOBODY-KNOWS', 'Yes, approve');
    await tab.until(`document.querySelector('[role=alert]')?.textContent.includes('2 answers left')`);
    expect((await stage.request(arn, request)).shown.answersLeft).toBe(2);

    await answer('approve', exampleApr, 'Yes, approve');
    await tab.until(status('running'));
    await tab.until(`document.querySelector('.graph .running')`);
    await expectAccessible();
    await tab.until(status('succeeded'));
    await tab.until(`document.getElementById('open-report')`);
    await expectAccessible();
    await picture('complete');
    expect(await endingName(stage, arn)).toBe('released');
    await tab.read(`document.getElementById('open-report').focus()`);
    await tab.press('Enter');
    const report = await browser.opened('blob:');
    await report.until(`document.body?.innerText.includes('Answered by, signed in')`);
    expect(await report.read('getComputedStyle(document.body).backgroundColor')).not.toBe('rgba(0, 0, 0, 0)');
    expect(report.console).toEqual([]);
    // What the service refused is in the console as well; a violation of the policy or an error of the page is not.
    expect(tab.console.filter((line) => !line.includes('"source":"network"'))).toEqual([]);
  });

  test('all of the page has at most 60 kB', () => {
    const { html, script, style } = readPageFiles(join(__dirname, '../../lambdas/page'), pageFacts(planOf('sql'), {}));
    expect(Buffer.byteLength(html + script + style)).toBeLessThan(60_000);
  });

  test('another expires while it is read: the page says so, and has nothing left to answer', async () => {
    const short = await openStage({ approvalHours: 15 / 3600 }, stage.server, { startPage });
    const rest = stage;
    stage = short;
    try {
      await rest.fresh();
      const { arn } = await stage.ask();
      await openLink(arn);
      await tab.until(`${status('failed')} && !${field('approve')}`);
      expect(await tab.read(unchanged)).toBe(true);
      expect(await endingName(stage, arn)).toBe('expired');
    } finally {
      stage = rest;
      await short.stop();
    }
  });

  test('a sign-in that is loaded again, or that nobody asked for, decides nothing and can be done anew', async () => {
    await stage.fresh();
    const { arn } = await stage.ask();
    tab = await browser.tab();
    await tab.open(`${stage.runtime.page?.origin}/?code=made-up&state=made-up`);
    await tab.until(`document.body.innerText.includes('Open the link of the message')`);
    await tab.open(`${stage.runtime.page?.origin}/?run=${runIdOf(arn)}&code=made-up&state=made-up`);
    await tab.until(`document.body.innerText.includes('used up')`);
    await tab.until(button('Sign in'));
    await tab.press('Enter');
    await tab.until(`document.getElementById('key')`);
    await tab.read(`document.getElementById('key').focus()`);
    await tab.type('not the key');
    await tab.press('Enter');
    await tab.until(`document.body.innerText.includes('not the key of this runtime')`);
    await tab.open(link(arn));
    await signIn();
    await tab.until(status('waiting'));
    await answer('reject', 'enough', 'Yes, reject');
    await tab.until(status('failed'));
  });

  test('another is rejected; what is shown then is its end', async () => {
    await stage.fresh();
    const { arn } = await stage.ask();
    await openLink(arn);
    const { arn: later } = await stage.ask();
    await stage.listed(later);
    tab = await browser.tab();
    await tab.open(link(arn));
    await signIn();
    await tab.until(status('waiting'));
    expect(await tab.read(`document.querySelector('header .notes').textContent`)).toContain(
      `Another release is under way now: ${later.split(':').at(-1)} (run ${runIdOf(later)})`,
    );
    await tab.until(
      `document.getElementById('changes').innerText.match(/Since release [0-9a-f]{12} of .*: nothing differs/)`,
    );
    await expectAccessible();
    await answer('reject', 'not before the audit is over', 'Yes, reject');
    await tab.until(status('failed'));
    await tab.until(`document.getElementById('open-report')`);
    expect(await endingName(stage, arn)).toBe('rejected');
    expect(await tab.read(unchanged)).toBe(true);
    await picture('rejected');
  });
});
