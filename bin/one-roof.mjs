#!/usr/bin/env node
// Runs the TypeScript sources directly: no build step, so a clone works right after `npm ci`.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('tsx/cjs');
const { main } = require('../cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
