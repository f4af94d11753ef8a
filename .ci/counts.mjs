// Prints how many tests passed, failed and were skipped: counts.mjs RESULTS.json [PART OF A PATH], of a file that jest wrote.
import { readFileSync } from 'node:fs';

const [file, part = ''] = process.argv.slice(2);
const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
const outcomes = testResults
  .filter(({ name }) => name.includes(part))
  .flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
const count = (...names) => outcomes.filter((status) => names.includes(status)).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('pending', 'skipped', 'todo')} skipped`);
