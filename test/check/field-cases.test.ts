import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';
import { fieldCases } from '../end-to-end/field-cases.ts';

/*
 * What a tier may not do, as packages of the field did it. The first line of each file names the rule that finds it.
 */
it.each(fieldCases('check'))('$file', async ({ prepare: sql, exitCode, text }) => {
  const findings = await checkPackage(examplePackage({ file: 'prod/20_rows.sql', part: 'more', sql }));
  expect([exitCode, findings.map(({ rule }) => rule)]).toEqual([1, expect.arrayContaining([text])]);
});
