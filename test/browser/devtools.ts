import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** A tab of a headless browser, driven as a person would: through what it shows. */
export interface Tab {
  /** Lines that the page wrote to the console, and violations of its policy. */
  readonly console: string[];
  open(url: string): Promise<void>;
  /** The value of an expression in the page; a promise is waited for. */
  read<T>(expression: string): Promise<T>;
  /** Waits until an expression is true; the error says what the page showed instead. */
  until(expression: string): Promise<void>;
  /** Types a text at the focus, or presses one key, as a keyboard does. */
  type(text: string): Promise<void>;
  press(key: 'Tab' | 'Enter' | ' '): Promise<void>;
  screen(width: number, dark: boolean): Promise<void>;
  shot(file: string): Promise<void>;
}

/** A running browser. */
export interface Browser {
  /** A new tab, in front; those that were open are closed, as a tab in the background is slow. */
  tab(): Promise<Tab>;
  /** The tab that a page has opened by itself, by how its address begins. */
  opened(prefix: string): Promise<Tab>;
  close(): Promise<void>;
}

const keys = { Tab: [9, ''], Enter: [13, '\r'], ' ': [32, ' '] } as const;

/** Speaks the DevTools protocol over a pipe, so that no port is open and no library is needed. */
class Pipe {
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #out: Writable;
  readonly listeners: ((message: Message & { readonly sessionId?: string }) => void)[] = [];
  #last = 0;

  constructor(child: ChildProcess) {
    this.#out = child.stdio[3] as Writable;
    let rest = '';
    (child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\0');
      rest = parts.pop() ?? '';
      for (const text of parts) this.#take(JSON.parse(text) as Message);
    });
  }

  #take(message: Message): void {
    if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
    for (const listener of this.listeners) listener(message);
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = (this.#last += 1);
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#out.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    const { result, error } = await answer;
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}

function told({ method, params = {} }: Message): string[] {
  if (method === 'Runtime.exceptionThrown') return [JSON.stringify(params['exceptionDetails'])];
  if (method === 'Log.entryAdded') return [JSON.stringify(params['entry'])];
  return method === 'Runtime.consoleAPICalled' ? [JSON.stringify(params['args'])] : [];
}

/** The target whose address begins like this, once there is one. */
async function findTarget(pipe: Pipe, prefix: string): Promise<string> {
  for (;;) {
    const { targetInfos } = await pipe.send('Target.getTargets');
    const found = (targetInfos as { targetId: string; url: string }[]).find(({ url }) => url.startsWith(prefix));
    if (found !== undefined) return found.targetId;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Opens an empty tab and closes the others. */
async function onlyTarget(pipe: Pipe): Promise<unknown> {
  const { targetInfos } = await pipe.send('Target.getTargets');
  const { targetId } = await pipe.send('Target.createTarget', { url: 'about:blank' });
  for (const before of targetInfos as { targetId: string; type: string }[]) {
    if (before.type === 'page') await pipe.send('Target.closeTarget', { targetId: before.targetId });
  }
  await pipe.send('Target.activateTarget', { targetId });
  return targetId;
}

async function openTab(pipe: Pipe, targetId: unknown): Promise<Tab> {
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const lines: string[] = [];
  pipe.listeners.push((message) => {
    if (message.sessionId === session) lines.push(...told(message));
  });
  const send = (method: string, params: object = {}) => pipe.send(method, params, session);
  for (const domain of ['Page', 'Runtime', 'Log']) await send(`${domain}.enable`);
  const read = async (expression: string): Promise<unknown> => {
    const request = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', request);
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { value?: unknown }).value;
  };
  return {
    console: lines,
    open: async (url) => void (await send('Page.navigate', { url })),
    read: <T>(expression: string) => read(expression) as Promise<T>,
    until: async (expression) => {
      const deadline = Date.now() + 120_000;
      while ((await read(`Boolean(${expression})`).catch(() => false)) !== true) {
        if (Date.now() > deadline) {
          throw new Error(
            `not seen: ${expression}\n${String(await read('document.body.innerText'))}\n${lines.join('\n')}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    },
    type: async (text) => void (await send('Input.insertText', { text })),
    press: async (key) => {
      const [windowsVirtualKeyCode, text] = keys[key];
      await send('Input.dispatchKeyEvent', { type: 'keyDown', key, code: key, windowsVirtualKeyCode, text });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode });
    },
    screen: async (width, dark) => {
      const metrics = { width, height: width < 500 ? 1000 : 820, deviceScaleFactor: 1, mobile: width < 500 };
      await send('Emulation.setDeviceMetricsOverride', metrics);
      const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
      await send('Emulation.setEmulatedMedia', { features });
    },
    shot: async (file) => {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      writeFileSync(file, Buffer.from(String(data), 'base64'));
    },
  };
}

/** Starts a headless browser with a profile of its own; closing it leaves nothing behind. */
export function startBrowser(chromium: string): Browser {
  const profile = mkdtempSync(join(tmpdir(), 'one-roof-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars'];
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
  const child = spawn(chromium, [...flags, ...quiet, '--remote-debugging-pipe', `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const pipe = new Pipe(child);
  return {
    tab: async () => openTab(pipe, await onlyTarget(pipe)),
    opened: async (prefix) => openTab(pipe, await findTarget(pipe, prefix)),
    async close() {
      void pipe.send('Browser.close').catch(() => undefined);
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
