import type { Command } from 'commander';

/** Adds a command's arguments, flags, examples and action to it; `finish` takes the exit code. */
export type Define = (command: Command, finish: (exitCode: number) => void) => void;

/** Every command in the order of the help: its file in commands/, and what the command does. */
export const commands: readonly (readonly [name: string, does: string])[] = [
  ['plan', 'show what a release would do, tier by tier, and the digest that has to be approved'],
  ['gate', 'read the gate: READY (0) or BLOCKED (10); changes nothing'],
  ['trial', 'try release and undo in one transaction that keeps nothing: would it end well (0), or not (10)'],
  ['fingerprint', 'hash the database as a release does before and after; with --compare, name what differs (exit 1)'],
  ['drift', 'compare what was released with what was sealed: as it was (0), or what differs, by name (17)'],
  ['run', 'run a whole release: gate, approval, tiers, verification; or the way back'],
  ['rehearse', 'rehearse the release and both ways back on a copy of the database, which is only read'],
  ['local', 'keep a whole release running on this machine, for other terminals and the AWS CLI, until Ctrl-C'],
  ['start', 'start a release: it reads the gate and waits for an approval'],
  ['stop', 'stop a running release; what it has done is rolled back'],
  ['rollback', 'look at a release that has ended and undo what it left behind'],
  ['approve', 'show what waits for approval, and approve it'],
  ['reject', 'say no to what waits for approval; nothing is run'],
  ['status', 'show how an execution stands'],
  ['watch', 'show an execution live until it ends, and exit as it ended'],
  ['list', 'list the runs of all packages, newest first, and how each of them stands'],
  ['history', 'show every event of an execution'],
  ['report', 'say where the report of a run lies; on AWS, fetch it with its evidence'],
  ['check', 'judge the package by every rule before anything runs; exit 1 if one is broken'],
  [
    'test',
    'run the tests of a package: before its release, behind each tier and behind the undo; exit 1 if a promise is broken',
  ],
  ['review', 'declare that you have read exactly this package; the page of the approver compares'],
  ['new-package', 'write the smallest package that works, into a new folder'],
  ['new-tier', 'write a tier that works as it is: SQL, plan entry, both rollbacks'],
  ['bundle', 'print the whole release, or one script, as one SQL file for psql -f -'],
  ['fixture', 'build the fixture database and keep it running until Ctrl-C'],
  ['verify-report', 'prove a report folder offline: every hash, every byte, and that the package is the one released'],
  ['update', 'rewrite the generated files: manifest, JSON Schema of the plan, tables in docs/'],
];

const load: (path: string) => { readonly define: Define } = require;

/**
 * Loads the file of a command. Only the command that was given is loaded: to print the help or a plan, nobody should
 * wait a second for CDK, the AWS SDK and PostgreSQL's driver. `require` does it, because `import()` would need tsx's
 * loader for ES modules, a thread that takes a third of a second to start.
 */
export function loadCommand(name: string): Define {
  return load(`./commands/${name}.ts`).define;
}
