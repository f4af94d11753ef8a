'use strict';
// A plain script, because bin/typescript.cjs needs it before TypeScript can be loaded.
const { lstatSync, mkdirSync } = require('node:fs');
const { homedir } = require('node:os');
const { join } = require('node:path');

const WRITABLE_BY_OTHERS = 0o022;

exports.privateFolder = () => {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'one-roof');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    const own = found.isDirectory() && found.uid === process.getuid?.();
    return own && (found.mode & WRITABLE_BY_OTHERS) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
};
