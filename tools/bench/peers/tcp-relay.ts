import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { PostgresServer } from '../../../local/postgres/server.ts';

/** A port on the loopback interface that leads to a server's Unix socket. */
export interface TcpRelay {
  readonly port: number;
  stop(): Promise<void>;
}

/** Opens a relay for programs that cannot use a Unix socket; the measured server itself listens only on its socket. */
export async function startTcpRelay({ socketDirectory, port }: PostgresServer): Promise<TcpRelay> {
  const path = join(socketDirectory, `.s.PGSQL.${port}`);
  const open = new Set<Socket>();
  const relay = createServer({ noDelay: true }, (client) => {
    const server = connect(path);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const address = relay.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: async () => {
      const closed = new Promise<void>((resolve) => relay.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
