import { byTests, type Sabotage } from './sabotage.ts';

/** What keeps strangers, and slips, away from the laptop's services and from the functions on AWS is broken. */
export const access: readonly Sabotage[] = [
  {
    name: 'the loopback services let in whoever knows no key',
    file: 'local/driver/admission.ts',
    find: 'if (isSameKey(sent, key)) return undefined;',
    put: 'return undefined;',
    check: byTests('test/local/driver/loopback-server.test.ts'),
  },
  {
    name: 'the loopback services answer under a rebound name',
    file: 'local/driver/admission.ts',
    find: "if (hosts.includes(host ?? ''))",
    put: 'if (hosts.length > 0)',
    check: byTests('test/local/driver/loopback-server.test.ts'),
  },
  {
    name: 'a web page may call the loopback services',
    file: 'local/driver/admission.ts',
    find: 'if (headers.origin !== undefined)',
    put: 'if (headers.origin === key)',
    check: byTests('test/local/driver/loopback-server.test.ts'),
  },
  {
    name: 'the evidence store makes a path of any run id',
    file: 'core/base/evidence-key.ts',
    find: 'if (runIdPattern.test(runId) || [REHEARSALS, RELEASES, DRIFT].includes(runId))',
    put: 'if (runId !== undefined)',
    check: byTests('test/local/functions/hostile-ids.test.ts'),
  },
  {
    name: 'tsx reads compiled code below the temporary folder',
    file: 'bin/typescript.cjs',
    find: "['TMPDIR', folder]",
    put: "['ONE_ROOF', folder]",
    check: byTests('test/bin/private-cache.test.ts'),
  },
  {
    name: 'every function may write every evidence key',
    file: 'lib/house/evidence-keys.ts',
    find: '    RUN + ENTRY,',
    put: '    `${RUNS}*`,',
    check: byTests('test/lib/evaluated-permissions.test.ts'),
  },
  {
    name: 'a mistyped rollback calls a human',
    file: 'lib/rollback/rollback-machine.ts',
    find: 'errors: [RollbackRefused.name],',
    put: 'errors: [BaselineNotProven.name],',
    check: byTests('test/faults/rollback-input.test.ts'),
  },
  {
    name: 'the password of a killed runtime stays behind',
    file: 'local/driver/own-folder.ts',
    find: '\'cat >/dev/null; rm -f -- "$1"\'',
    put: "'cat >/dev/null'",
    check: byTests('test/local/docker/left-behind.test.ts'),
  },
  {
    name: 'a rollback begins although it was told to end',
    file: 'cli/execution/uninterrupted.ts',
    find: 'if (asked)',
    put: 'if (!asked && begun)',
    check: byTests('test/cli/execution/uninterrupted'),
  },
];
