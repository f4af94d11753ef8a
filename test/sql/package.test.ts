import { readdirSync } from 'node:fs';
import { inPackage, packageText } from './release-database.ts';

const folders = ['prod', 'prod_rollback', 'prod_verify', 'gate_monitor'];
const files = folders.flatMap((folder) =>
  readdirSync(inPackage(folder))
    .filter((name) => name.endsWith('.sql'))
    .map((name) => `${folder}/${name}`),
);
const selfContained = files.filter((file) => file !== 'prod/99_run_all.sql');
const block = (file: string, name: string): string[] =>
  [...packageText(file).matchAll(new RegExp(`^-- <${name}>.*?^-- </${name}>$`, 'gms'))].map(([text]) => text);

describe('the SQL package', () => {
  it.each(selfContained)('%s needs no other file', (file) => {
    expect(packageText(file)).not.toMatch(/^\\ir? /m);
  });

  it.each(selfContained)('%s holds the database guard once, in the one form that a clone variant replaces', (file) => {
    expect(packageText(file).match(/^select 'directus' as guarded_database \\gset$/gm)).toHaveLength(1);
  });

  it.each(['settings', 'locks', 'approval', 'stamp', 'written', 'measure', 'moved', 'digest'])(
    'the lines of <%s> are the same wherever they stand',
    (name) => {
      const copies = selfContained.flatMap((file) => block(file, name));
      expect(copies.length).toBeGreaterThan(1);
      expect(new Set(copies).size).toBe(1);
    },
  );

  it('every file that writes has locks and the proof of what it wrote, and every tier the approval', () => {
    const mutating = [
      '10_structure',
      '20_responsibility_axis',
      '30_ownership_seed',
      '40_containment',
      '50_topic_finalization',
      '60_scanner_baseline',
      '90_verify',
    ];
    for (const name of mutating) {
      const file = `prod/${name}.sql`;
      for (const part of ['settings', 'locks', 'approval', 'written', ...(name === '10_structure' ? [] : ['stamp'])])
        expect(block(file, part)).toHaveLength(1);
      expect(packageText(file).match(/^begin transaction isolation level read committed read write;$/gm)).toHaveLength(
        1,
      );
      expect(packageText(file).match(/^commit;$/gm)).toHaveLength(1);
    }
  });

  it.each(files)("%s never drops by CASCADE, truncates, creates triggers or names a machine's path", (file) => {
    const statements = packageText(file)
      .replace(/(^|\s)--.*$/gm, '')
      .replace(/'[^'\n]*'/g, "''");
    expect(statements).not.toMatch(/\bcascade\b|\btruncate\b|create (event )?trigger|create \w+ if not exists/i);
    expect(statements).not.toMatch(/insert into (public\.)?(event_outbox|system_issues)/i);
  });
});
