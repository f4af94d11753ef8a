#!/usr/bin/env node
// Runs the TypeScript sources directly: no build step, so a clone works right after `npm ci`.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'; // Node 20 is supported until the SDK is updated
require('tsx/cjs');
const { main } = require('../cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
