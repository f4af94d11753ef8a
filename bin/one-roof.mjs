#!/usr/bin/env node
// Runs the TypeScript sources directly, without a build step, so that a clone works right after `npm ci`.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'; // Node 20 is supported until the SDK is updated
// If nobody reads the output any more (`| head`, a closed terminal), the command goes on, because a release and above
// all a rollback must not be interrupted. Any other write error, such as a full disk, makes the exit code 1.
let unwritten = false;
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }) => (unwritten ||= code !== 'EPIPE' && code !== 'EIO'));
require('./typescript.cjs');
const { main } = require('../cli/main.ts');
process.once('exit', (exitCode) => {
  if (unwritten && exitCode === 0) process.exitCode = 1;
});
process.exitCode = await main(process.argv.slice(2));
