import { byTests, type Sabotage } from './sabotage.ts';

/** What a reader of the evidence or of the screen is told is broken. */
export const evidence: readonly Sabotage[] = [
  {
    name: 'verify-report overlooks what is no file of a run',
    file: 'core/report/run-folder.ts',
    find: "  if (!isRunFile(path)) return 'is no file of a run';\n",
    put: '',
    check: byTests('test/cli/commands/verify-report'),
  },
  {
    name: 'verify-report follows links',
    file: 'core/report/run-folder.ts',
    find: "if (kind !== 'file') return",
    put: "if (kind === 'directory') return",
    check: byTests('test/cli/commands/verify-report'),
  },
  {
    name: 'nobody is told of an undo',
    file: 'core/rollback/report-rollback.ts',
    find: 'await tellEnding(ports,',
    put: 'void (ports,',
    check: byTests('test/core/rollback/report-rollback'),
  },
  {
    name: 'what was deleted in the bucket is overlooked',
    file: 'core/report/compare-store.ts',
    find: 'if (deleted) return',
    put: 'if (!deleted) return undefined;\n  if (deleted && versions < 0) return',
    check: byTests('test/cli/commands/hidden-undo'),
  },
  {
    name: 'the terminal writes what it is given',
    file: 'cli/screen/terminal.ts',
    find: 'return visible(text).replaceAll(mark',
    put: 'return text.replaceAll(mark',
    check: byTests('test/cli/screen/hostile-names'),
  },
  {
    name: 'the subject of a mail is sent as it is',
    file: 'aws/sns-notifier.ts',
    find: 'Subject: subjectLine(subject)',
    put: 'Subject: subject',
    check: byTests('test/aws/sns-notifier'),
  },
  {
    name: 'text in Markdown is not escaped',
    file: 'core/report/markdown-text.ts',
    find: "    .replace(meaning, '\\\\$&')\n",
    put: '',
    check: byTests('test/core/report/markdown'),
  },
  {
    name: 'rollback --url goes on beside a session that is at work',
    file: 'cli/execution/rollback-database.ts',
    find: 'if (own.length === 0) return;',
    put: 'if (own.length >= 0) return;',
    check: byTests('test/cli/commands/rollback-url'),
  },
  {
    name: 'a record of the seal counts although its chain is broken',
    file: 'core/drift/sealed-record.ts',
    find: 'return chainProblems(stored.map(({ text }) => text)).length === 0 ? parseEntries(stored) : [];',
    put: 'return parseEntries(stored);',
    check: byTests('test/core/drift/check-drift.test.ts'),
  },
  {
    name: 'any later release explains a drift',
    file: 'core/evidence/kept-archive.ts',
    find: '|| [...archiveProblems(archive, packageDigest)].length > 0 ?',
    put: '?',
    check: byTests('test/core/drift/check-drift.test.ts'),
  },
];
