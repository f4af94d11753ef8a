import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { splitPsql } from '../../check/psql-lexer.ts';
import type { Splice } from './injection.ts';
import type { Scene } from './scene.ts';

/** A script as psql reads it: the file of the prelude, then the script's own file. */
export interface ScriptTexts {
  readonly prelude: string;
  readonly text: string;
}

/** The number of statements in the session of a script, prelude included. */
export function statementCount({ prelude, text }: ScriptTexts): number {
  return offsets(prelude).length + offsets(text).length;
}

function offsets(text: string): number[] {
  return splitPsql(text).flatMap((item) => (item.kind === 'statement' ? [item.offset] : []));
}

function insert(text: string, offset: number, addition: string): string {
  return `${text.slice(0, offset)}\n${addition}\n${text.slice(offset)}`;
}

/** Both files with the addition before statement `at`, or at the end when there are fewer statements. */
function spliced({ prelude, text }: ScriptTexts, at: number, addition: string): ScriptTexts {
  const before = offsets(prelude);
  const own = offsets(text);
  const inPrelude = before[at];
  if (inPrelude !== undefined) return { prelude: insert(prelude, inPrelude, addition), text };
  return { prelude, text: insert(text, own[at - before.length] ?? text.length, addition) };
}

/**
 * The program that takes psql's place in the container. By then the wrapper has checked the bytes and written its
 * files; the program replaces what is run, unnoticed by the wrapper, in the private folder of that one command.
 */
function program(psql: string, folder: string): string {
  return `#!/bin/sh
script=\${PGAPPNAME##*/}
set_of=${folder}/$script
if [ -d "$set_of" ]; then
  n=$(cat "$set_of/left" 2>/dev/null || echo 0)
  if [ "$n" -gt 0 ]; then
    echo $((n - 1)) >"$set_of/left"
    if [ -e "$set_of/refuse" ]; then
      : >"$set_of/reached"
      PGHOST=/nonexistent exec ${psql} "$@"
    fi
    if [ -e "$set_of/missing" ]; then
      : >"$set_of/reached"
      exit 127
    fi
    cat "$set_of/prelude.sql" >prelude.sql
    for file in *.sql; do
      case $file in all.sql | prelude.sql) ;; *) cat "$set_of/script.sql" >"$file" ;; esac
    done
  fi
fi
exec ${psql} "$@"
`;
}

/** Kills docker's client and the agent's whole process group, from inside psql's session. */
const killClient = `#!/bin/sh
session=$(cut -d ' ' -f 6 /proc/$PPID/stat)
client=$(cut -d ' ' -f 4 /proc/$session/stat)
group=$(cut -d ' ' -f 5 /proc/$client/stat)
[ "$group" -gt 1 ] && kill -9 -"$group"
exit 0
`;

function waitFor(folder: string, waits: boolean): string {
  const reached = `\\! : >'${folder}/reached'`;
  if (!waits) return reached;
  return `${reached}\n\\! i=0; while [ ! -e '${folder}/go' ] && [ $i -lt 200 ]; do sleep 0.03; i=$((i + 1)); done`;
}

/** Prepares the folder of the stand-in for psql and returns the path in which the container finds psql. */
export function writeProxy(root: string, psql: string, splices: readonly Splice[], texts: (id: string) => ScriptTexts) {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'psql'), program(psql, root));
  writeFileSync(join(root, 'kill-client'), killClient);
  for (const name of ['psql', 'kill-client']) chmodSync(join(root, name), 0o755);
  for (const splice of splices) {
    const folder = join(root, splice.script);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'left'), String(splice.times));
    if (typeof splice.at === 'string') {
      writeFileSync(join(folder, splice.at), '');
      continue;
    }
    const addition = `${waitFor(folder, splice.then !== undefined)}\n${splice.text.replaceAll('@FOLDER@', root)}`;
    const { prelude, text } = spliced(texts(splice.script), splice.at, addition);
    writeFileSync(join(folder, 'prelude.sql'), prelude);
    writeFileSync(join(folder, 'script.sql'), text);
  }
}

/** Whether a splice was reached. */
export function wasReached(root: string, { script }: Splice): boolean {
  return existsSync(join(root, script, 'reached'));
}

/** Waits until psql reaches a splice with an action, runs the action, and lets psql go on. */
export async function attend(root: string, splice: Splice, drive: Scene, until: AbortSignal): Promise<void> {
  if (splice.then === undefined) return;
  while (!wasReached(root, splice)) {
    if (until.aborted) return;
    await delay(10);
  }
  await splice.then(drive);
  writeFileSync(join(root, splice.script, 'go'), '');
}
