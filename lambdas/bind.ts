import type * as z from 'zod';
import { readEnvironment } from '../core/base/environment.ts';
import type { BasePorts } from '../core/base/ports.ts';
import { runStep } from '../core/base/step-log.ts';

/** What Lambda calls. */
export type Handler<Result> = (event: unknown) => Promise<Result>;

/**
 * Binds a use case to its environment and the real ports, on the first call and not on import: a test or the local
 * runtime may import a handler file without any variable set.
 */
export function bind<Schema extends z.ZodType, Ports extends Pick<BasePorts, 'clock' | 'log'>, Result>(
  schema: Schema,
  createHandler: (environment: z.output<Schema>, ports: Ports) => Handler<Result>,
  createPorts: (environment: z.output<Schema>) => Ports,
): Handler<Result> {
  let bound: Handler<Result> | undefined;
  return async (event) => {
    if (bound === undefined) {
      const environment = readEnvironment(schema);
      const ports = createPorts(environment);
      bound = (called) => runStep(ports, called, (own) => createHandler(environment, own)(called));
    }
    return bound(event);
  };
}
