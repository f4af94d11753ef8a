'use strict';
// Lets Node run the TypeScript sources: bin/one-roof.mjs loads this file, everything else starts with
// `node --require ./bin/typescript.cjs FILE.ts`. tsx keeps compiled code below the temporary folder, under a name that
// everybody can guess, and runs what it finds there without asking whose it is. Here it gets a folder of the user's own.
const { privateFolder } = require('../disk/private-folder.cjs');

/** Sets a variable while `act` runs; tsx reads it when it is loaded, and child processes must see what it was before. */
function withVariable(name, value, act) {
  const before = process.env[name];
  process.env[name] = value;
  try {
    act();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

const folder = privateFolder();
const [name, value] = folder === undefined ? ['TSX_DISABLE_CACHE', '1'] : ['TMPDIR', folder];
withVariable(name, value, () => require('tsx/cjs'));
