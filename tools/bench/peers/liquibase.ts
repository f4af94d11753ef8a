import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Peer, peersFolder, runPeer, versionOf } from './peer.ts';
import type { PlainTier } from './plain-sql.ts';
import { startTcpRelay } from './tcp-relay.ts';
import { database, writer } from '../../package.ts';
import type { Stage } from '../stage.ts';

const home = join(peersFolder, 'node_modules', 'liquibase');
const driver = join(home, 'dist', 'drivers', 'postgresql-42.2.8.jar');
/** liquibase is started with the command line of its own shell script, but without the script. */
const classpath = [join(home, 'dist/liquibase/liquibase.jar'), join(home, 'dist/liquibase/lib/*'), driver].join(':');

/**
 * liquibase records a change after its COMMIT and reports that row to the statistics late, so that the next tier would
 * take the row for its own write and refuse. Each change set therefore flushes the statistics first, and then runs the
 * tier in one transaction.
 */
const flush = 'select pg_stat_force_next_flush()';
const delimiter = '@@@';
const change = `--changeset one-roof:NAME runInTransaction:false endDelimiter:${delimiter} stripComments:false`;

/** liquibase hands on a question mark as two, also within a literal, where regular expressions have them. */
function withoutQuestionMarks(sql: string): string {
  return sql.replace(/--[^\n]*|'(?:[^']|'')*'/g, (token) =>
    token.startsWith("'") && token.includes('?') ? `(${token.replaceAll('?', "' || chr(63) || '")})` : token,
  );
}

/** liquibase, a Java program: one change set per tier. */
export async function liquibase(stage: Stage, tiers: readonly PlainTier[]): Promise<Peer | undefined> {
  if (!existsSync(driver) || (await versionOf('java', '--version')) === undefined) return undefined;
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));
  const directory = join(stage.folder, 'liquibase');
  mkdirSync(directory);
  const changes = tiers.map(
    ({ name, sql }) =>
      `${change.replace('NAME', name)}\n${flush}\n${delimiter}\nbegin;\n${withoutQuestionMarks(sql)}commit;\n${delimiter}\n`,
  );
  writeFileSync(join(directory, 'changelog.sql'), `--liquibase formatted sql\n\n${changes.join('\n')}`);
  const relay = await startTcpRelay(stage.server);
  const parameters = [
    ...['-cp', classpath, 'liquibase.integration.commandline.LiquibaseCommandLine'],
    `--url=jdbc:postgresql://127.0.0.1:${relay.port}/${database}`,
    ...[`--username=${writer}`, '--changelog-file=changelog.sql', '--log-level=SEVERE', '--hub-mode=off', 'update'],
  ];
  return {
    name: 'liquibase',
    version,
    run: () => runPeer(stage, 'java', parameters, { directory }),
    stop: () => relay.stop(),
  };
}
