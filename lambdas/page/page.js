// @ts-check
'use strict';

/*
 * The approver's page: plain DOM. Whatever comes from the database or the package becomes text by textContent, never
 * markup. The access token lives in a variable and ends with the tab; the browser's storage holds the sign-in under way
 * only, until the login has sent the browser back.
 */

/** @typedef {{title: string, clientId: string, login: string, signIn: 'password' | 'click'}} Config */
/** @typedef {{id: string, name: string, title: string, script: string, effect: 'reads' | 'writes' | 'seals'}} Tier */
/** @typedef {{name: string, meaning: string, required: string, measured: string, ok: boolean}} GateRow */
/** @typedef {{name: string, mark: string, enteredAt?: string, leftAt?: string, summary?: string, failure?: string}} Step */
/**
 * @typedef {{askedAt: string, expiresAt?: string, packageDigest: string, answersLeft: number, askedAgainBecause?: string, approvedSoFar?: string,
 *   deployed: boolean, reviews: {by: string, at: string, equal: boolean}[], rehearsal?: {at: string, lines: string[], counted: Record<string, string>}, gate: {status: string, readAt: string,
 *   notes: string[], rows: GateRow[], blockers: {code: string, remedy: string}[]}}} Asked
 */
/**
 * @typedef {{title: string, database: string, runId: string, name: string, status: string, startedAt: string,
 *   endedAt?: string, startedBy?: string, now: string, you: string, others: string[], waiting: boolean, request?: Asked, tiers: Tier[],
 *   creates: Record<string, number>, existing: {relation: string, rows: string}[], undo: string, states: Step[],
 *   trial?: {milliseconds: number, locks: {relation: string, mode: string}[]}, ending?: string,
 *   pollSeconds?: number}} Run
 */

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const SIGN_IN = 'one-roof-sign-in';
const address = new URL(location.href);

/** @type {Config} */
let config;
/** @type {string | undefined} */
let token;
let runId = address.searchParams.get('run') ?? '';
/** The key of a laptop's sign-in, from the printed address; empty on AWS. */
let hint = /^#[0-9a-f]{40}$/.test(location.hash) ? location.hash.slice(1) : '';
/** @type {number | undefined} */
let timer;

/**
 * Makes an element; children are elements or text.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string | undefined)} children
 */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const strokes = { done: 'M3 8.6 6.4 12 13 4.6', failed: 'M4 4 12 12M12 4 4 12' };

/** @param {'done' | 'failed'} mark */
function icon(mark) {
  const make = (/** @type {string} */ tag) => document.createElementNS('http://www.w3.org/2000/svg', tag);
  const [svg, path] = [make('svg'), make('path')];
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', strokes[mark]);
  for (const [name, value] of Object.entries({ fill: 'none', stroke: 'currentColor', 'stroke-width': '2.4' })) {
    path.setAttribute(name, value);
  }
  svg.append(path);
  return svg;
}

/** @param {string | undefined} at */
function instant(at) {
  if (at === undefined) return 'not known';
  return `${new Date(at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 60) return `${Math.max(0, seconds).toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {string} from @param {string} to */
const between = (from, to) => (new Date(to).getTime() - new Date(from).getTime()) / 1000;

/** @param {ArrayBuffer | Uint8Array} bytes */
function base64url(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Shows one message in place of everything. @param {string} title @param {string} text @param {Node} [more] */
function only(title, text, more) {
  main.replaceChildren(el('h1', {}, title), el('p', { role: 'status' }, text), ...(more === undefined ? [] : [more]));
  document.title = title;
}

/** Leads to the login. @param {boolean} again asks for the password even if the login still knows the person */
async function signIn(again) {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(48)));
  const state = base64url(crypto.getRandomValues(new Uint8Array(24)));
  sessionStorage.setItem(SIGN_IN, JSON.stringify({ verifier, state, runId, hint }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: `${location.origin}/`,
    scope: 'openid',
    state,
    code_challenge: base64url(digest),
    code_challenge_method: 'S256',
    ...(again ? { prompt: 'login' } : {}),
    ...(hint === '' ? {} : { login_hint: hint }),
  });
  location.assign(`${config.login}/oauth2/authorize?${query}`);
}

/** @param {string} text @param {boolean} again */
function askToSignIn(text, again) {
  const button = el('button', { class: 'primary', onclick: () => void signIn(again) }, 'Sign in');
  only(config.title, text, el('p', {}, button));
  button.focus();
}

/** Changes the code that the login has sent for a token; says whether that worked. */
async function comeBack() {
  const under = JSON.parse(sessionStorage.getItem(SIGN_IN) ?? '{}');
  sessionStorage.removeItem(SIGN_IN);
  const [code, state] = [address.searchParams.get('code'), address.searchParams.get('state')];
  runId = under.runId ?? runId;
  hint = under.hint ?? hint;
  history.replaceState(null, '', `/?run=${encodeURIComponent(runId)}`);
  if (code === null || under.state === undefined || under.state !== state) return false;
  const form = {
    grant_type: 'authorization_code',
    client_id: config.clientId,
    redirect_uri: `${location.origin}/`,
    code,
    code_verifier: under.verifier,
  };
  const answer = await fetch(`${config.login}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  token = answer.ok ? (await answer.json()).access_token : undefined;
  return token !== undefined;
}

/** An answer of the page's own service that is not what was hoped for; the message is for the person. */
class Refused extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** @param {string} path @param {object} [body] */
async function call(path, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) };
  const method = body ? 'POST' : 'GET';
  const answer = await fetch(`/api/run/${runId}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (answer.ok) return answer;
  const refused = await answer.json().catch(() => ({}));
  const words = refused.error ?? refused.message ?? 'The service did not answer as expected. Nothing was decided.';
  throw new Refused(String(words), answer.status);
}

const live = el('p', { class: 'live', role: 'status', 'aria-live': 'polite' });

/** Says what has just happened. @param {string} text @param {'' | 'good' | 'bad'} [tone] */
function say(text, tone = '') {
  live.className = `live ${tone}`;
  live.textContent = text;
}

/** @type {Map<string, HTMLElement>} */
const places = new Map();
/** @type {Map<string, string>} */
const drawn = new Map();

/** Draws a part only if what it shows has changed: nobody loses what is being typed or read. */
function part(/** @type {string} */ name, /** @type {unknown} */ shown, /** @type {() => Node[]} */ draw) {
  const text = JSON.stringify(shown) ?? '';
  if (drawn.get(name) === text) return;
  drawn.set(name, text);
  places.get(name)?.replaceChildren(...draw());
}

/** @param {string} id @param {string} title @param {...(Node | string | undefined)} body */
function section(id, title, ...body) {
  return el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), ...body);
}

/** @param {readonly (readonly [string, string | Node, boolean?])[]} rows */
function facts(rows) {
  const row = (/** @type {readonly [string, string | Node, boolean?]} */ [name, value, wide]) =>
    el('div', wide ? { class: 'wide' } : {}, el('dt', {}, name), el('dd', {}, value));
  return el('dl', { class: 'facts' }, ...rows.map(row));
}

/** Sentences that somebody has to know, if there are any. @param {string[]} told */
function notes(told) {
  return told.length === 0 ? undefined : el('ul', { class: 'notes' }, ...told.map((line) => el('li', {}, line)));
}

/** The SQL of a script, folded, and fetched when it is opened. @param {string} script @param {string} what */
function sqlOf(script, what) {
  const text = el('pre', { tabindex: '0', 'aria-label': `SQL of ${what}` }, 'Reading…');
  let asked = false;
  const open = async () => {
    if (asked) return;
    asked = true;
    try {
      text.textContent = (await (await call(`/sql/${script}`)).json()).sql;
    } catch (error) {
      text.textContent = error instanceof Error ? error.message : 'It cannot be shown.';
    }
  };
  return el('details', { class: 'folded', ontoggle: open }, el('summary', {}, `SQL of ${what}, as it will run`), text);
}

const effects = {
  reads: 'Only reads.',
  writes: 'Writes; if anything fails, it is taken back.',
  seals: 'Verifies everything and seals: from here on, nothing is taken back by itself.',
};

/** @param {string} kind @param {number} count */
const counted = (kind, count) => `${count} ${count === 1 ? kind.replace(/s$/, '') : kind}`;
const rowsOf = {
  kept: 'is locked for a moment; its rows stay as they are',
  inserted: 'gets new rows; the old ones stay as they are',
  updated: 'has rows changed, which the way back restores',
};

/** How many rows a tier is about, and who counted them. @param {string} script @param {Asked | undefined} request */
function rowsIn(script, request) {
  if (request === undefined) return undefined;
  const { rehearsal } = request;
  const counted = rehearsal?.counted[script];
  if (rehearsal === undefined) return 'How many rows: not known before the trial, as this package was not rehearsed.';
  if (counted === undefined || counted === '') return 'How many rows: the rehearsal has not counted them.';
  return `Counted in the rehearsal of ${instant(rehearsal.at)}, on a copy: ${counted}`;
}

/** @param {Run} run */
function willHappen({ tiers, creates, existing, undo, database, request }) {
  const made = Object.entries(creates)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => counted(kind, count));
  const touched = existing.map(({ relation, rows }) =>
    el('li', {}, el('code', {}, relation), ` ${rowsOf[/** @type {keyof typeof rowsOf} */ (rows)] ?? rows}`),
  );
  const steps = tiers.map(({ id, name, title, script, effect }) =>
    el(
      'li',
      {},
      el('strong', {}, `${id}. ${title}`),
      el('span', { class: 'sub' }, effects[effect]),
      el('span', { class: 'sub rows' }, rowsIn(script, request)),
      sqlOf(script, `tier ${id} ${name}`),
    ),
  );
  return [
    section(
      'happens',
      'What will happen',
      el('p', {}, `In the database ${database}, step by step, each all or nothing:`),
      el('ol', { class: 'plan' }, ...steps),
      el('p', {}, made.length === 0 ? 'Nothing new is created.' : `New: ${made.join(', ')}. Of what is there already:`),
      el('ul', { class: 'plain' }, ...(touched.length === 0 ? [el('li', {}, 'Nothing is touched.')] : touched)),
    ),
    section(
      'not',
      'What will not happen',
      el(
        'ul',
        { class: 'plain' },
        el('li', {}, 'Nothing runs before you answer, and nothing waits for you in the database meanwhile.'),
        el(
          'li',
          {},
          'Nothing runs but these scripts. If one of them or the gate changes, your approval no longer counts.',
        ),
        el('li', {}, 'A no, a wrong code or no answer cannot break anything: nothing runs.'),
      ),
    ),
    section(
      'undone',
      'How it is undone',
      el(
        'p',
        {},
        'Right after your approval, the whole release and its way back are tried in one transaction that keeps nothing. If a step fails later, everything is taken back at once and the database is compared with what it was. Once sealed, only an operator takes it back, on purpose.',
      ),
      el('div', { class: 'plan' }, el('li', { role: 'presentation' }, sqlOf(undo, 'the way back'))),
    ),
  ];
}

/**
 * @typedef {{path: string, kind: 'new' | 'changed' | 'gone', scripts: string[], added: number, removed: number, hidden: number,
 *   hunks: {at: number, lines: {mark: ' ' | '-' | '+', text: string}[]}[]}} FileChange
 */

/** A file that differs, folded, line by line. @param {FileChange} change */
function changeOf({ path, kind, scripts, added, removed, hidden, hunks }) {
  const marks = { ' ': 'stays', '-': 'gone', '+': 'new' };
  const text = hunks.flatMap(({ at, lines }) => [
    el('span', { class: 'sub' }, `line ${at}`),
    ...lines.map(({ mark, text: line }) => el('span', { class: marks[mark] }, `${mark} ${line}\n`)),
  ]);
  const more =
    hidden === 0 ? undefined : el('p', { class: 'sub' }, `${counted('lines', hidden)} more, not shown here.`);
  const part = scripts.length === 0 ? '' : `, part of ${scripts.join(', ')}`;
  return el(
    'li',
    {},
    el(
      'details',
      { class: 'folded' },
      el('summary', {}, el('code', {}, path), ` ${kind}: ${counted('lines', added)} new, ${removed} gone${part}`),
      el('pre', { tabindex: '0', class: 'compared', 'aria-label': `What differs in ${path}` }, ...text),
      more,
    ),
  );
}

/** What differs from the last package that was released; it is fetched once. */
function changes() {
  const box = el('div', {}, el('p', {}, 'Comparing…'));
  const read = async () => {
    try {
      /** @type {{since?: {runId: string, at: string, undone: boolean}, files: FileChange[]}} */
      const { since, files } = await (await call('/changes')).json();
      if (since === undefined)
        return box.replaceChildren(
          el('p', {}, 'It is the first: the evidence holds no earlier release of this package.'),
        );
      const undone = since.undone ? ', which was taken back afterwards' : '';
      const from = `Since release ${since.runId} of ${instant(since.at)}${undone}: `;
      const all = files.length === 0 ? 'nothing differs.' : `${counted('files', files.length)} differ.`;
      const list = files.length === 0 ? [] : [el('ul', { class: 'plan' }, ...files.map(changeOf))];
      box.replaceChildren(el('p', {}, from, all), ...list);
    } catch (error) {
      box.replaceChildren(el('p', {}, error instanceof Error ? error.message : 'It cannot be compared.'));
    }
  };
  void read();
  return [section('changes', 'What differs from the last release', box)];
}

/** @param {Asked} asked */
function checked({ gate, rehearsal, packageDigest, deployed, reviews }) {
  const mark = (/** @type {boolean} */ ok) =>
    el('span', { class: `status ${ok ? 'done' : 'failed'}` }, icon(ok ? 'done' : 'failed'), ok ? 'yes' : 'no');
  const rows = gate.rows.map(({ meaning, name, required, measured, ok }) =>
    el(
      'tr',
      ok ? {} : { class: 'marked bad' },
      el('th', { scope: 'row' }, meaning, el('span', { class: 'sub mono' }, name)),
      el('td', {}, required),
      el('td', {}, measured),
      el('td', {}, mark(ok)),
    ),
  );
  const head = ['What is checked', 'Required', 'Measured', 'As required'].map((text) =>
    el('th', { scope: 'col' }, text),
  );
  const same = (/** @type {boolean} */ ok, /** @type {string} */ yes, /** @type {string} */ no) =>
    el('span', { class: ok ? 'equal' : 'differs' }, ok ? yes : no);
  /** @type {[string, Node | string][]} */
  const reviewRows = reviews.map(({ by, at, equal }) => [
    `What waits and what ${by} declared to have reviewed, ${instant(at)}`,
    same(equal, 'equal', 'different: it has changed since that review'),
  ]);
  if (reviews.length === 0) reviewRows.push(['A review of it', same(false, '', 'nobody has declared one')]);
  return [
    section(
      'gate',
      'The gate',
      el('p', {}, `${gate.status === 'READY' ? 'Open' : 'Closed'}, read ${instant(gate.readAt)}.`),
      notes(gate.notes),
      rows.length === 0
        ? undefined
        : el(
            'div',
            { class: 'scroll', role: 'region', 'aria-label': 'The conditions of the gate', tabindex: '0' },
            el('table', {}, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...rows)),
          ),
    ),
    section(
      'rehearsal',
      'The rehearsal',
      el(
        'ul',
        { class: 'plain' },
        ...(rehearsal?.lines ?? ['There was none of exactly this package.']).map((line) => el('li', {}, line)),
      ),
    ),
    section(
      'package',
      'The package',
      facts([
        ...reviewRows,
        ['What waits and what is deployed here', same(deployed, 'equal', 'different: ask before you approve')],
        ['What waits and what was rehearsed', same(rehearsal !== undefined, 'equal', 'not rehearsed')],
        ['Digest, for your records', el('code', {}, packageDigest), true],
      ]),
    ),
  ];
}

/** @param {Run} run */
function progress({ states, now, trial }) {
  const words = { done: 'done', failed: 'failed', running: 'running', open: 'not yet' };
  const step = (/** @type {Step} */ { name, mark, enteredAt, leftAt, summary, failure }) => {
    const sign = mark === 'done' || mark === 'failed' ? icon(mark) : undefined;
    const took = enteredAt === undefined ? '' : duration(between(enteredAt, leftAt ?? now));
    const more = failure ?? summary ?? '';
    return el(
      'li',
      { class: mark },
      el('span', { class: 'node' }, sign),
      el(
        'span',
        { class: 'name' },
        name,
        ` (${words[/** @type {keyof typeof words} */ (mark)]})`,
        more === '' ? undefined : el('span', { class: 'sub' }, more),
      ),
      el('span', { class: 'took' }, took),
    );
  };
  const locks = (trial?.locks ?? []).map(({ relation, mode }) => el('li', {}, el('code', {}, relation), ` ${mode}`));
  return [
    section(
      'progress',
      'How far it is',
      el('ol', { class: 'graph' }, ...states.map(step)),
      trial === undefined
        ? undefined
        : el(
            'details',
            {},
            el('summary', {}, `The trial took ${duration(trial.milliseconds / 1000)}; nothing of it was kept`),
            el('p', {}, 'The strongest lock on each relation that was there before:'),
            el('ul', { class: 'plain' }, ...locks),
          ),
    ),
  ];
}

/** Sends something, with the form locked meanwhile. @param {HTMLFormElement} form @param {object} body */
async function send(form, body) {
  const fields = [...form.querySelectorAll('button, input, textarea')];
  for (const field of fields) field.setAttribute('disabled', '');
  try {
    say((await (await call('/decision', body)).json()).said, 'good');
    form.reset();
  } catch (error) {
    say(error instanceof Error ? error.message : 'Nothing was decided.', 'bad');
    if (error instanceof Refused && error.status === 401)
      live.append(' ', el('button', { onclick: () => void signIn(true) }, 'Sign in again'));
  }
  for (const field of fields) field.removeAttribute('disabled');
  again(1);
}

/**
 * A form with one field, whose button asks once more before anything is sent.
 * @param {{title: string, text: string, label: string, button: string, kind: string, sure?: string, long: boolean, className: string}} words
 * @param {(value: string) => object} body
 */
function decisionForm({ title, text, label, button, kind, sure, long, className }, body) {
  const id = `field-${kind}`;
  const field = /** @type {HTMLInputElement} */ (
    el(long ? 'textarea' : 'input', {
      id,
      required: true,
      maxlength: long ? 1000 : 64,
      autocomplete: 'off',
      autocapitalize: 'characters',
      spellcheck: long,
    })
  );
  const question = el('div', { hidden: true });
  const form = /** @type {HTMLFormElement} */ (
    el(
      'form',
      {
        class: `card ${className}`,
        'aria-label': title,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          if (sure === undefined) void send(form, body(field.value));
          else confirm();
        },
      },
      el('h3', {}, title),
      el('p', { class: 'soft' }, text),
      el('label', { for: id }, label),
      field,
      el('button', { type: 'submit', class: kind === 'approve' ? 'primary' : '' }, button),
      question,
    )
  );
  const close = () => {
    question.hidden = true;
    question.replaceChildren();
    field.focus();
  };
  const confirm = () => {
    const yes = el(
      'button',
      {
        type: 'button',
        class: kind === 'approve' ? 'primary' : 'no',
        onclick: () => {
          close();
          void send(form, body(field.value));
        },
      },
      kind === 'approve' ? 'Yes, approve' : 'Yes, reject',
    );
    question.replaceChildren(
      el('p', {}, sure ?? ''),
      yes,
      el('button', { type: 'button', onclick: close }, 'No, go back'),
    );
    question.hidden = false;
    yes.focus();
  };
  return form;
}

/** @param {Run} run @param {Asked} asked */
function decide({ title, runId: id }, { answersLeft, packageDigest, askedAgainBecause, approvedSoFar }) {
  const meant = { answersLeft, packageDigest };
  const left = `${counted('answers', answersLeft)} left.`;
  return [
    section(
      'decide',
      'Your decision',
      askedAgainBecause === undefined
        ? undefined
        : el(
            'p',
            { class: 'refused', role: 'alert' },
            `Your last answer was not accepted: ${askedAgainBecause} ${left}`,
          ),
      approvedSoFar === undefined ? undefined : el('p', {}, approvedSoFar),
      el(
        'div',
        { class: 'cards' },
        decisionForm(
          {
            kind: 'approve',
            className: 'first',
            long: false,
            title: 'Approve',
            label: 'Code of the ratified request',
            button: 'Approve…',
            text: `You bring the code yourself; nobody should have sent it to you with the question. ${left}`,
            sure: `Release ${id} of ${title} then starts at once. Is that what you want?`,
          },
          (apr) => ({ decision: 'approve', apr, ...meant }),
        ),
        decisionForm(
          {
            kind: 'reject',
            className: '',
            long: true,
            title: 'Reject',
            label: 'Reason, which stands in the report',
            button: 'Reject…',
            text: 'The release ends. Nothing is run.',
            sure: 'The release then ends, and a new one has to ask again. Is that what you want?',
          },
          (reason) => ({ decision: 'reject', reason, ...meant }),
        ),
        decisionForm(
          {
            kind: 'ask',
            className: '',
            long: true,
            title: 'Ask',
            label: 'Question to the operators',
            button: 'Send the question',
            text: 'The release goes on waiting. Your question is on record.',
          },
          (question) => ({ decision: 'ask', question, ...meant }),
        ),
      ),
    ),
  ];
}

/** @param {Run} run */
function report({ runId: id }) {
  const box = el('p', {}, 'Reading the report…');
  const read = async () => {
    try {
      const html = await (await call('/report')).text();
      const url = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
      box.replaceChildren(
        el('a', { href: url, target: '_blank', rel: 'noopener', id: 'open-report' }, 'Open the report'),
        ' or ',
        el('a', { href: url, download: `report-${id}.html`, id: 'save-report' }, 'save it'),
        '. It needs no network, and anybody can check it.',
      );
    } catch (error) {
      box.textContent = error instanceof Error ? error.message : 'There is no report.';
    }
  };
  void read();
  return [section('report', 'The report', box)];
}

/** Tone, title, what happened, the database now, what to do. @param {Run} run @returns {string[]} */
function headline({ waiting, status, ending, request, title, states, tiers }) {
  const nothing = 'Nothing has been changed yet.';
  if (waiting) {
    const todo = 'Read what would happen, then approve, reject or ask, at the end of this page.';
    return [
      'calm',
      'A release waits for your decision',
      `A change of ${title} was prepared and checked.`,
      nothing,
      todo,
    ];
  }
  if (status === 'running' && request === undefined) {
    return ['calm', 'The gate is being read', 'A release was started.', nothing, 'Wait a moment: you are asked here.'];
  }
  if (status === 'running') {
    const now = 'It changes while you watch; if a step fails, everything is taken back.';
    const todo = 'Nothing. You may close this page; a message tells you how it ended.';
    return ['calm', 'The release is running', 'The request was answered.', now, todo];
  }
  if (status === 'succeeded') {
    const now = 'It holds the whole package, verified and sealed.';
    return ['good', 'The release is complete', 'Every step ran.', now, 'Nothing. Keep the report.'];
  }
  const last = states.findLast(({ enteredAt }) => enteredAt !== undefined);
  const began = tiers.some((tier) =>
    states.some(({ name, enteredAt }) => name === tier.name && enteredAt !== undefined),
  );
  const now = began ? 'The report says what it holds, and how that was proven.' : 'Nothing was changed.';
  return ['warn', last?.name ?? 'The release has ended', ending ?? `The release ${status}.`, now, 'Read the report.'];
}

/** @param {Run} run */
function head(run) {
  const [tone, title = '', happened = '', database = '', next = ''] = headline(run);
  const { request, now, runId: id, startedAt, startedBy, you, waiting, others } = run;
  const until = waiting ? request?.expiresAt : undefined;
  const left = until === undefined ? '' : `until ${instant(until)}, in ${duration(between(now, until))}`;
  document.title = `${title}: ${run.title}`;
  const box = (/** @type {string} */ name, /** @type {string} */ text) =>
    el('div', {}, el('h2', {}, name), el('p', {}, text));
  return [
    el(
      'header',
      { class: tone },
      el(
        'p',
        { class: 'over you' },
        el('span', {}, `Production release of ${run.title}`),
        el('span', {}, `Signed in as ${you}`),
      ),
      el('div', { class: 'hero' }, el('h1', {}, title)),
      el(
        'div',
        { class: 'three' },
        box(waiting ? 'What waits' : 'What happened', happened),
        box('The database now', database),
        box('What to do', next),
      ),
      notes(others),
      facts([
        ['Run', el('code', {}, id)],
        ['Started', instant(startedAt)],
        ['By, as declared', startedBy ?? 'somebody who did not say'],
        ...(left === '' ? [] : [/** @type {const} */ (['Time to answer', left])]),
      ]),
    ),
  ];
}

/** @param {Run} run */
function show(run) {
  if (places.size === 0) {
    for (const name of ['head', 'report', 'progress', 'decide', 'happens', 'changes', 'checked'])
      places.set(name, el('div'));
    const order = ['head', 'live', 'report', 'progress', 'happens', 'changes', 'checked', 'decide'];
    main.replaceChildren(...order.map((name) => (name === 'live' ? live : /** @type {Node} */ (places.get(name)))));
  }
  const { request, waiting, states, trial, status } = run;
  part('head', [run.status, waiting, run.now.slice(0, 16), run.ending, run.others], () => head(run));
  part('decide', waiting && request, () => (waiting && request ? decide(run, request) : []));
  part('happens', [run.tiers, request?.rehearsal], () => willHappen(run));
  part('changes', request?.packageDigest, () => (request ? changes() : []));
  part('checked', request, () => (request ? checked(request) : []));
  part('progress', [states, trial, status === 'running' && !waiting && run.now], () => progress(run));
  part('report', status === 'running', () => (status === 'running' ? [] : report(run)));
  document.body.dataset['status'] = waiting ? 'waiting' : status;
}

/** Reads the run again after some seconds: never while the page is hidden, and never after the end. */
function again(/** @type {number | undefined} */ seconds) {
  clearTimeout(timer);
  if (seconds !== undefined && !document.hidden) timer = setTimeout(() => void look(), seconds * 1000);
}

let ended = false;

async function look() {
  try {
    const run = /** @type {Run} */ (await (await call('')).json());
    show(run);
    ended = run.pollSeconds === undefined;
    if (ended) say('');
    again(run.pollSeconds);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return askToSignIn(error.message, true);
    if (error instanceof Refused && error.status < 500) return only(config.title, error.message);
    if (places.size === 0) only(config.title, 'The release cannot be read just now. It is tried again.');
    else say('The connection is lost; it is tried again. What runs does not depend on this page.', 'bad');
    again(15);
  }
}

async function start() {
  config = await (await fetch('/config.json')).json();
  document.title = config.title;
  const back = address.searchParams.has('state');
  const signedIn = back && (await comeBack());
  if (!back && location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  if (!/^[0-9a-f]{12}$/.test(runId)) return only(config.title, 'Open the link of the message: it names the release.');
  document.addEventListener('visibilitychange', () => {
    if (token !== undefined && !ended) again(0);
  });
  if (signedIn) return look();
  const first =
    config.signIn === 'click'
      ? 'Sign in to read what waits. On this laptop, one click is enough.'
      : 'Sign in to read what waits, with your mail address, your password and a one-time code.';
  askToSignIn(back ? 'The sign-in was interrupted or is used up. Sign in again; nothing was decided.' : first, false);
}

start().catch(() => only('Approval of a release', 'The page could not be opened. Load it again.'));
