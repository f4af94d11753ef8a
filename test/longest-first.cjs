'use strict';
const { default: Sequencer } = require('@jest/test-sequencer');

// Jest begins with the largest files where it has no timings, as on a clean clone; the longest suites are small files.
const longest = [
  'end-to-end/release',
  'end-to-end/orders',
  'end-to-end/rehearsal/',
  'faults/chaos',
  'cli/commands/run',
  'sql/rollback',
];
const place = ({ path }) => {
  const found = longest.findIndex((name) => path.includes(`/test/${name}`));
  return found === -1 ? longest.length : found;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
