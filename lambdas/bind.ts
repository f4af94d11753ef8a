import type * as z from 'zod';
import { readEnvironment } from '../core/base/read-environment.ts';
import type { BasePorts } from '../core/base/step-ports.ts';
import { runStep } from '../core/base/step-log.ts';

/** A handler as Lambda calls it. */
export type Handler<Result> = (event: unknown) => Promise<Result>;

/** Makes a handler of a use case that is known, from its ports and its variables (those of the process by default). */
export type CreateHandler<Settings, Ports, Result> = (
  createPorts: (settings: Settings) => Ports,
  variables?: Readonly<Record<string, string>>,
) => Handler<Result>;

/**
 * Binds a use case to its environment and its ports, on AWS and on a laptop: settings are parsed once, and each call is
 * logged as a step. Nothing is read before the first call, so a handler file can be imported without any variable set.
 */
export function bind<Schema extends z.ZodType, Ports extends Pick<BasePorts, 'clock' | 'log'>, Result>(
  schema: Schema,
  useCase: (settings: z.output<Schema>, ports: Ports) => Handler<Result>,
): CreateHandler<z.output<Schema>, Ports, Result> {
  return (createPorts, variables) => {
    let bound: Handler<Result> | undefined;
    return async (event) => {
      if (bound === undefined) {
        const settings = readEnvironment(schema, variables);
        const ports = createPorts(settings);
        bound = (called) => runStep(ports, called, (own) => useCase(settings, own)(called));
      }
      return bound(event);
    };
  };
}
