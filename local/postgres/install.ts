import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { runProgram } from './run-program.ts';

const clusterSettings = '/etc/postgresql-common/createcluster.d';
const ourSetting = `${clusterSettings}/one-roof.conf`;

/**
 * Installs the package postgresql of Debian or Ubuntu, so that a fresh container or CI machine needs no preparation.
 * Returns false, without changing anything, when we are not root or there is no apt-get. The package's own cluster is
 * neither created nor started, because only the programs are needed.
 */
export async function installPostgres(onProgress: (message: string) => void): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await exists('/usr/bin/apt-get'))) return false;
  onProgress('PostgreSQL is not installed: running apt-get install postgresql (once, about a minute).');
  const environment = { ...plainEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
  const apt = async (...parameters: string[]): Promise<boolean> => {
    const result = await runProgram('/usr/bin/apt-get', ['-q', '-y', ...parameters], { environment });
    if (result.exitCode !== 0) onProgress(`apt-get ${parameters.join(' ')}: ${result.stderr.trim()}`);
    return result.exitCode === 0;
  };
  if (!(await apt('update'))) return false;
  // postgresql-common reads this folder before it decides whether to create a cluster; afterwards it is restored.
  await mkdir(clusterSettings, { recursive: true });
  await writeFile(ourSetting, 'create_main_cluster = false\n');
  try {
    return await apt('install', '--no-install-recommends', 'postgresql');
  } finally {
    await rm(ourSetting, { force: true });
  }
}

function plainEnvironment(): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) environment[name] = value;
  return environment;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
