import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from '../../../local/postgres/run-program.ts';
import { peersFolder } from './peer.ts';

/**
 * Tools from npm, pinned so that two runs compare the same versions. liquibase 4.4.0 is the last package there that
 * contains the program itself; pg is the driver of node-pg-migrate, which leaves its installation to the user.
 */
const packages: Readonly<Record<string, string>> = {
  dbmate: '2.36.0',
  'graphile-migrate': '1.4.1',
  liquibase: '4.4.0',
  'node-pg-migrate': '9.0.0',
  pg: '8.23.1',
};

/** Tools from Debian: the command to look for, and the package that contains it. */
const debianPackages: Readonly<Record<string, string>> = { sqitch: 'sqitch', java: 'default-jre-headless' };

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

async function have(command: string): Promise<boolean> {
  return (await runProgram('/bin/sh', ['-c', `command -v ${command}`])).exitCode === 0;
}

async function prepareDebian(): Promise<void> {
  const missing: string[] = [];
  for (const [command, name] of Object.entries(debianPackages)) if (!(await have(command))) missing.push(name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !(await have('apt-get'))) {
    say(`Not installed, because that needs root on Debian: ${missing.join(', ')}`);
    return;
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const parameters = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  const result = await runProgram('apt-get', parameters, {
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment },
  });
  if (result.exitCode !== 0) throw new Error(`apt-get: ${result.stderr.slice(-1_000)}`);
}

async function prepareNpm(): Promise<void> {
  mkdirSync(peersFolder, { recursive: true });
  writeFileSync(
    join(peersFolder, 'package.json'),
    JSON.stringify({ name: 'one-roof-peers', private: true, dependencies: packages }, null, 2),
  );
  const result = await runProgram('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    directory: peersFolder,
  });
  if (result.exitCode !== 0) throw new Error(`npm install: ${result.stderr.slice(-1_000)}`);
}

/** `npm run bench:peers`: installs the tools for comparison outside the project. */
async function main(): Promise<void> {
  say(`Tools from npm: ${peersFolder}`);
  await prepareNpm();
  await prepareDebian();
  for (const command of Object.keys(debianPackages)) say(`${command}: ${(await have(command)) ? 'there' : 'missing'}`);
}

main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
