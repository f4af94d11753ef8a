import { decide, readPosted } from './decide.ts';
import { findOthers, tellOthers } from '../../gate/other-releases.ts';
import { findRun, type FoundRun, type PageEnvironment } from './find-run.ts';
import { assertOrigin, bodyText, jsonAnswer, type PageAnswer, type PageEvent, pageEventSchema } from './http.ts';
import { Refusal, securityHeaders } from './http.ts';
import { assertFresh, readPerson } from './person.ts';
import type { PagePorts } from './ports.ts';
import { showChanges } from './show-changes.ts';
import { showRun } from './show-run.ts';
import { showScript } from './show-script.ts';

const runPath = /^\/api\/run\/([0-9a-f]{12})(?:\/(decision|report|changes|sql\/[a-z0-9-]{1,40}))?$/;

function text(type: string, body: string): PageAnswer {
  return { statusCode: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

/** What everybody may read: the page without any data, and where to sign in. */
function publicAnswer(path: string, environment: PageEnvironment, { files }: PagePorts): PageAnswer | undefined {
  const { TITLE: title, CLIENT_ID: clientId, LOGIN_URL: login, SIGN_IN: signIn } = environment;
  switch (path) {
    case '/':
      return text('text/html', files.html);
    case '/page.js':
      return text('text/javascript', files.script);
    case '/page.css':
      return text('text/css', files.style);
    case '/config.json':
      return jsonAnswer(200, { title, clientId, login, signIn });
    default:
      return undefined;
  }
}

async function post(environment: PageEnvironment, ports: PagePorts, event: PageEvent, runId: string) {
  assertOrigin(event, environment.PAGE_ORIGIN);
  const posted = readPosted(bodyText(event));
  const who = await readPerson(environment, ports, event);
  assertFresh(who, ports.clock.now());
  return jsonAnswer(200, await decide(environment, ports, await findRun(ports, runId), { posted, who }));
}

/** Which other releases are under way now, for as long as somebody has to decide. */
async function othersBeside({ desk }: PagePorts, { view }: FoundRun): Promise<string[]> {
  if (view.request === undefined) return [];
  return tellOthers(await findOthers((most) => desk.running(most), view.arn), 'now');
}

async function read(environment: PageEnvironment, ports: PagePorts, event: PageEvent, runId: string, what: string) {
  const you = await readPerson(environment, ports, event);
  const run = await findRun(ports, runId);
  if (what === '') {
    const shown = showRun(environment, ports.files.facts, run, ports.clock.now());
    return jsonAnswer(200, { ...shown, others: await othersBeside(ports, run), you: you.email });
  }
  if (what.startsWith('sql/')) return jsonAnswer(200, await showScript(ports, run, what.slice(4)));
  if (what === 'changes') return jsonAnswer(200, await showChanges(environment, ports, run));
  const html = what === 'report' ? await ports.reports.html(runId) : undefined;
  if (html === undefined) throw new Refusal(404, 'There is no report of this release yet.');
  return text('text/html', html);
}

async function answerOf(environment: PageEnvironment, ports: PagePorts, event: PageEvent): Promise<PageAnswer> {
  const { method } = event.requestContext.http;
  const shown = method === 'GET' ? publicAnswer(event.rawPath, environment, ports) : undefined;
  if (shown !== undefined) return shown;
  const [, runId, what = ''] = runPath.exec(event.rawPath) ?? [];
  if (runId === undefined) throw new Refusal(404, 'There is nothing here.');
  // Mail scanners follow every link, so a GET never acts.
  if (what === 'decision' && method === 'POST') return post(environment, ports, event, runId);
  if (what === 'decision' || method !== 'GET') throw new Refusal(405, 'Only a POST of a decision acts here.');
  return read(environment, ports, event, runId, what);
}

/** The approver's page: its files, what it reads, and the one thing that it does. Whatever goes wrong decides nothing. */
export function approvalPage(environment: PageEnvironment, ports: PagePorts) {
  return async (event: unknown): Promise<PageAnswer> => {
    const common = securityHeaders(environment.LOGIN_URL, ports.files.reportStyle);
    try {
      const answer = await answerOf(environment, ports, pageEventSchema.parse(event));
      return { ...answer, headers: { ...answer.headers, ...common } };
    } catch (error) {
      const known = error instanceof Refusal;
      if (!known) ports.log.warn('page failed', { error: error instanceof Error ? error.name : 'unknown' });
      const words = 'Something went wrong here, and nothing was decided: try again, or tell the operators.';
      const { statusCode, headers, body } = known
        ? jsonAnswer(error.status, { error: error.message, remedy: error.remedy })
        : jsonAnswer(500, { error: words });
      return { statusCode, body, headers: { ...headers, ...common } };
    }
  };
}
