import { locked } from '../package.ts';

/** One deliberate change that breaks something, and the command that has to notice it. */
export interface Sabotage {
  readonly name: string;
  readonly file: string;
  /** Text to replace; it must occur in the file exactly as often as `times` (default 1) says. */
  readonly find: string;
  readonly put: string;
  readonly times?: number;
  /** Command and arguments; any exit code but 0 means caught. */
  readonly check: readonly [string, ...string[]];
}

const jest = (...tests: string[]): Sabotage['check'] => ['npx', 'jest', ...tests];
const chaos = (id: string): Sabotage['check'] => [
  'node',
  '--require',
  './bin/typescript.cjs',
  'tools/chaos/main.ts',
  '--only',
  id,
];

/** The sabotages, each of which must be caught; together they break what the release promises. */
export const sabotages: readonly Sabotage[] = [
  {
    name: 'the fence ends nobody',
    file: 'sql/runner/fence.sql',
    find: "'/tier-')",
    put: "'/nobody-')",
    times: 2,
    check: chaos('tier-4/20/client-killed-script-hangs'),
  },
  {
    name: 'the fence does not wait for the last start-by',
    file: 'core/rollback/release-history.ts',
    find: 'new Date(Math.max(now.getTime(), ...instants))',
    put: 'new Date(Math.min(now.getTime(), ...instants))',
    check: jest('test/faults/fence'),
  },
  {
    name: 'backends are terminated without waiting',
    file: 'sql/runner/fence.sql',
    find: 'pg_terminate_backend(pid, 5000)',
    put: 'pg_terminate_backend(pid)',
    check: jest('test/faults/fence'),
  },
  {
    name: 'the proof line is ignored',
    file: 'core/command/run-script.ts',
    find: "if (outcome === 'succeeded' && facts !== undefined) return facts;",
    put: "if (outcome === 'succeeded') return facts ?? {};",
    check: jest('test/core/command/run-script'),
  },
  {
    name: 'the rollback leaves one UPDATE behind',
    file: 'sql/prod_rollback/99_rollback_full.sql',
    find: '\\ir ../runner/whose_undo.sql\n',
    put: `\\ir ../runner/whose_undo.sql\nselect set_config('one_roof.planned', current_setting('one_roof.planned') || ',${locked}', true) as planned \\gset\nupdate ${locked} set status = status;\n`,
    check: chaos('tier-4/20/statement-error'),
  },
  {
    name: 'a sending state is retried',
    file: 'lib/release/tier-step.ts',
    find: '    this.state = stepTask(this, tierStateName(tier), this.lambda, tier.title);',
    put: "    this.state = stepTask(this, tierStateName(tier), this.lambda, tier.title);\n    this.state.addRetry({ errors: ['States.ALL'] });",
    check: jest('test/lib/machines'),
  },
  {
    name: 'the start-by is ignored',
    file: 'sql/runner/prelude.sql',
    find: '  if clock_timestamp() > deadline then',
    put: '  if false then',
    times: 2,
    check: chaos('Tier-1-Structure/tier-1/delivered-after-the-rollback'),
  },
  {
    name: 'stamps are not checked',
    file: 'sql/runner/guard_stamp.sql',
    find: "  if (found ->> 'objects')::integer <> expected or (found ->> 'own_applying')::integer <> expected then",
    put: '  if false then',
    check: jest('test/sql/guards'),
  },
  {
    name: 'the sha256 is not checked',
    file: 'sql/runner/inside.sh',
    find: '[ "${sum%% *}" = "$ONE_ROOF_SHA256" ] ||',
    put: 'true ||',
    check: jest('test/core/command/wrapper.test'),
  },
  {
    name: 'application_name may have more than 63 bytes',
    file: 'core/command/document.ts',
    find: 'if (Buffer.byteLength(name) > MAX_APPLICATION_NAME_BYTES)',
    put: 'if (Buffer.byteLength(name) > 1_000)',
    check: jest('test/core/command/document'),
  },
  {
    name: 'nothing is sealed',
    file: 'sql/prod/90_verify.sql',
    find: '\\set state_to released',
    put: '\\set state_to applying',
    check: chaos('tier-8/24/statement-error'),
  },
  {
    name: 'the undo ignores the seal',
    file: 'sql/runner/whose_undo.sql',
    find: "elsif (found ->> 'own_released')::integer > 0 and",
    put: 'elsif false and',
    check: jest('test/sql/rollback'),
  },
  {
    name: 'a retried way back keeps the first start-by',
    file: 'core/rollback/undo.ts',
    find: 'enteredAt: ports.clock.now(), documents',
    put: "enteredAt: new Date('2026-01-01'), documents",
    check: chaos('undo/3/backend-terminated'),
  },
  {
    name: 'post checks forget the seal',
    file: 'core/release/post-checks.ts',
    find: 'sealed: true, ',
    put: '',
    check: chaos('Tier-8-Verify/Lambda-answer-lost'),
  },
  {
    name: 'verify-report overlooks what is no file of a run',
    file: 'core/report/run-folder.ts',
    find: "  if (!isRunFile(path)) return 'is no file of a run';\n",
    put: '',
    check: jest('test/cli/verify-report'),
  },
  {
    name: 'verify-report follows links',
    file: 'core/report/run-folder.ts',
    find: "if (kind !== 'file') return",
    put: "if (kind === 'directory') return",
    check: jest('test/cli/verify-report'),
  },
  {
    name: 'nobody is told of an undo',
    file: 'core/rollback/report-rollback.ts',
    find: 'await tellEnding(ports,',
    put: 'void (ports,',
    check: jest('test/core/rollback/report-rollback'),
  },
  {
    name: 'what was deleted in the bucket is overlooked',
    file: 'core/report/compare-store.ts',
    find: 'if (deleted) return',
    put: 'if (!deleted) return undefined;\n  if (deleted && versions < 0) return',
    check: jest('test/cli/hidden-undo'),
  },
  {
    name: 'the terminal writes what it is given',
    file: 'cli/screen/terminal.ts',
    find: 'return visible(text).replaceAll(mark',
    put: 'return text.replaceAll(mark',
    check: jest('test/cli/hostile-names'),
  },
  {
    name: 'the subject of a mail is sent as it is',
    file: 'aws/sns-notifier.ts',
    find: 'Subject: subjectLine(subject)',
    put: 'Subject: subject',
    check: jest('test/aws/sns-notifier'),
  },
  {
    name: 'text in Markdown is not escaped',
    file: 'core/report/markdown-text.ts',
    find: "    .replace(meaning, '\\\\$&')\n",
    put: '',
    check: jest('test/core/report/markdown'),
  },
  {
    name: 'rollback --url goes on beside a session that is at work',
    file: 'cli/execution/rollback-database.ts',
    find: 'if (own.length === 0) return;',
    put: 'if (own.length >= 0) return;',
    check: ['npx', 'jest', '--config', 'jest.slow.config.mjs', 'test/cli/rollback-url'],
  },
  {
    name: 'the loopback services let in whoever knows no key',
    file: 'local/driver/admission.ts',
    find: 'if (isSameKey(sent, key)) return undefined;',
    put: 'return undefined;',
    check: jest('test/local/driver/loopback-server.test.ts'),
  },
  {
    name: 'the loopback services answer under a rebound name',
    file: 'local/driver/admission.ts',
    find: "if (!hosts.includes(headers.host ?? ''))",
    put: 'if (hosts.length === 0)',
    check: jest('test/local/driver/loopback-server.test.ts'),
  },
  {
    name: 'a web page may call the loopback services',
    file: 'local/driver/admission.ts',
    find: 'if (headers.origin !== undefined)',
    put: 'if (headers.origin === key)',
    check: jest('test/local/driver/loopback-server.test.ts'),
  },
  {
    name: 'the evidence store makes a path of any run id',
    file: 'core/base/evidence-key.ts',
    find: 'if (runIdPattern.test(runId) || runId === REHEARSALS)',
    put: 'if (runId !== undefined)',
    check: jest('test/local/functions/hostile-ids.test.ts'),
  },
  {
    name: 'tsx reads compiled code below the temporary folder',
    file: 'bin/typescript.cjs',
    find: "['TMPDIR', folder]",
    put: "['ONE_ROOF', folder]",
    check: jest('test/cli/private-cache.test.ts'),
  },
  {
    name: 'every function may write every evidence key',
    file: 'lib/house/evidence-bucket.ts',
    find: 'const written = [RUN + ENTRY,',
    put: 'const written = [`${RUNS}*`,',
    check: jest('test/lib/evaluated-permissions.test.ts'),
  },
  {
    name: 'a mistyped rollback calls a human',
    file: 'lib/rollback/rollback-machine.ts',
    find: 'errors: [RollbackRefused.name],',
    put: 'errors: [BaselineNotProven.name],',
    check: jest('test/faults/rollback-input.test.ts'),
  },
  {
    name: 'the password of a killed runtime stays behind',
    file: 'local/driver/own-folder.ts',
    find: '\'cat >/dev/null; rm -f -- "$1"\'',
    put: "'cat >/dev/null'",
    check: jest('test/local/docker/left-behind.test.ts'),
  },
  {
    name: 'the schema of the application is on the path again',
    file: 'sql/runner/session.sql',
    find: 'set search_path = pg_catalog, pg_temp;',
    put: 'set search_path = pg_catalog, public, pg_temp;',
    check: jest('test/sql/untrusted'),
  },
  {
    name: 'expressions of indexes are trusted',
    file: 'sql/runner/untrusted_code.sql',
    find: "union all select 'pg_class'::regclass, indexrelid, 'r' from pg_index where indrelid = n.id",
    put: "union all select 'pg_class'::regclass, indexrelid, 'r' from pg_index where false",
    check: jest('test/sql/untrusted'),
  },
  {
    name: 'what is untrusted is named and run',
    file: 'sql/runner/refuse_untrusted.sql',
    find: 'if json_array_length(found) > 0 then',
    put: 'if json_array_length(found) > 99 then',
    check: jest('test/sql/untrusted'),
  },
  {
    name: 'the gate measures through untrusted code',
    file: 'sql/gate_monitor/measure.sql',
    find: 'if trusted then',
    put: 'if true then',
    check: jest('test/sql/untrusted'),
  },
  {
    name: 'settings of database and role stay',
    file: 'sql/runner/session.sql',
    find: "where source in ('database', 'user', 'database user')",
    put: "where source in ('nothing')",
    check: jest('test/sql/untrusted'),
  },
  {
    name: 'anybody may hold the key of the release',
    file: 'sql/runner/prelude.sql',
    find: 'and (r.rolsuper or r.rolname = session_user)',
    put: 'and true',
    check: jest('test/sql/untrusted'),
  },
  {
    name: 'a copy is filled unproven',
    file: 'sql/runner/untrusted_code.sql',
    find: "where :'restored' = 'yes' and c.oid >= 16384",
    put: "where :'restored' = 'never' and c.oid >= 16384",
    check: ['npx', 'jest', '--config', 'jest.slow.config.mjs', 'test/rehearsal/hostile'],
  },
];
