import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { bundling, replaced } from '../../lib/house/logged-lambda.ts';

const project = join(__dirname, '../..');
/** Size of the local header, the central directory entry and the end record of a zip that holds only index.js. */
const ZIP_FRAME = 30 + 8 + 46 + 8 + 22;

/**
 * The most that a bundle may have when it is zipped, in kB: what a cold start has to fetch and unpack. The approver's page
 * talks to five services, and nobody's release waits for its start.
 */
export function mostZippedKB(handler: string): number {
  return handler === 'approval-page' ? 200 : 165;
}

/**
 * Bundles handlers with the options of the stack, each into `<folder>/<handler>/index.js`. In one build, because most of
 * the time goes into reading the SDK, which they share.
 */
export async function bundle(handlers: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: handlers.map((name) => ({ in: join(project, 'lambdas', `${name}.ts`), out: join(name, 'index') })),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    target: bundling.target ?? 'node24',
    minify: bundling.minify ?? false,
    mainFields: bundling.mainFields ?? [],
    alias: replaced,
    external: bundling.externalModules ?? [],
  });
}

/** Size of a bundle as it is and zipped, in kB. */
export function sizeOf(outfile: string): { readonly kB: number; readonly zippedKB: number } {
  const text = readFileSync(outfile);
  return { kB: text.length / 1_000, zippedKB: (deflateRawSync(text, { level: 9 }).length + ZIP_FRAME) / 1_000 };
}
