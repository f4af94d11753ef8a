import type { Problem, Rule } from '../rule.ts';

/** psql sends a byte order mark as SQL, and a file without a final line break joins the next one. */
export const textEncoding: Rule = {
  id: 'text-encoding',
  title: 'Every file is UTF-8 without byte order mark, with Unix line ends, and ends with one.',
  fix: 'save it as UTF-8 without BOM, with LF line ends and a line break at the end',
  good: { file: 'runner/wrapper.sh', sql: '# übung\nexit 0\n' },
  bad: { file: 'runner/wrapper.sh', sql: '\uFEFFexit 0\r\nexit 1' },
  *check({ files }): Iterable<Problem> {
    for (const [file, text] of files) {
      if (text.startsWith('\uFEFF')) yield { file, line: 1, message: 'begins with a byte order mark' };
      const carriage = text.split('\n').findIndex((line) => line.includes('\r'));
      if (carriage >= 0) yield { file, line: carriage + 1, message: 'has a carriage return' };
      if (text !== '' && !text.endsWith('\n'))
        yield { file, line: text.split('\n').length, message: 'does not end with a line break' };
    }
  },
};
