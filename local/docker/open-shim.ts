import type { PostgresServer } from '../postgres/server.ts';
import { createDockerShim, type DockerShim, sweepContainers } from './shim.ts';

/**
 * Makes a stand-in for the container, with the database behind the server's address. What runtimes that were killed
 * have left behind is removed first, because nobody else will.
 */
export async function openShim(server: PostgresServer): Promise<DockerShim> {
  await sweepContainers();
  const { PGPASSWORD: password, PGSSLMODE: sslmode } = server.environment();
  return createDockerShim({
    container: 'postgres',
    psqlFolder: server.bin,
    host: server.socketDirectory,
    port: server.port,
    ...(password === undefined ? {} : { password }),
    ...(sslmode === undefined ? {} : { sslmode }),
  });
}
