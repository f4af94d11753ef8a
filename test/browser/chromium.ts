import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine: CHROMIUM, or where Debian puts it; undefined when there is none. */
export function findChromium(): string | undefined {
  return [process.env['CHROMIUM'] ?? '', ...places].find((path) => path !== '' && existsSync(path));
}

export interface ViewOptions {
  readonly width: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Script for a copy of the page; what it writes into `parent.document.title` comes back. */
  readonly measure?: string;
  readonly screenshot?: string;
}

/** What a browser saw. */
export interface View {
  readonly title: string;
  /** Lines that the page wrote to the console: errors, violations of its policy. */
  readonly console: string[];
}

/**
 * A copy of the page in a frame of the wanted width: a window of headless Chromium is never narrower than 500 px. The
 * policy of a report forbids every script, so the copy that is measured has none.
 */
function framed(html: string, { width, height = 2000, measure = '' }: ViewOptions): string {
  const copy = html
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replace('</body>', `<script>addEventListener('load', () => { ${measure} });</script></body>`);
  const source = copy.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html><title></title><iframe style="border:0" width="${width}" height="${height}" srcdoc="${source}"></iframe>`;
}

/** Opens a page in a headless browser of its own, without network, and leaves nothing behind. */
export async function view(chromium: string, html: string, options: ViewOptions): Promise<View> {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-browser-'));
  const page = join(folder, 'page.html');
  writeFileSync(page, options.measure === undefined ? html : framed(html, options));
  const shot = join(folder, 'page.png');
  try {
    const { stdout, stderr } = await run(
      chromium,
      [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--hide-scrollbars'],
        ...[
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--enable-logging=stderr',
        ],
        ...(options.dark === true ? ['--blink-settings=preferredColorScheme=0'] : []),
        `--user-data-dir=${join(folder, 'profile')}`,
        `--window-size=${options.width},${options.height ?? 2000}`,
        ...(options.screenshot === undefined ? ['--dump-dom'] : [`--screenshot=${shot}`]),
        pathToFileURL(page).href,
      ],
      { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
    );
    if (options.screenshot !== undefined) writeFileSync(options.screenshot, readFileSync(shot));
    return {
      title: /<title>([\s\S]*?)<\/title>/.exec(stdout)?.[1] ?? '',
      console: stderr.split('\n').filter((line) => line.includes('CONSOLE')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
