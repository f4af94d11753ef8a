import { createRequire } from 'node:module';
import * as z from 'zod';
import type { HandlerName } from '../../core/base/environment.ts';
import type {
  AnnouncerPorts,
  AnswerPorts,
  DriftPorts,
  FencePorts,
  GatePorts,
  NotifierPorts,
  SignerPorts,
  WatchPorts,
} from '../../core/base/step-ports.ts';
import type { CreateHandler, Handler } from '../../lambdas/bind.ts';
import type { SynthesizedRelease } from '../../lib/house/synthesized.ts';
import { localReferences, resolveVariables } from '../driver/template.ts';

/** Every port that any handler needs; locally they are cheap, so each function gets all of them. */
export type AllPorts = AnnouncerPorts &
  AnswerPorts &
  DriftPorts &
  FencePorts &
  GatePorts &
  NotifierPorts &
  SignerPorts &
  WatchPorts;

/** A handler bound to its synthesized environment. */
export type BoundHandler = Handler<unknown>;

/** What every file of lambdas/ exports; of its types, only the ports matter here, and those are all there. */
const handlerFile = z.looseObject({
  createHandler: z.custom<CreateHandler<unknown, AllPorts, unknown>>((value) => typeof value === 'function'),
});
const load = createRequire(__filename);

/**
 * Binds a handler file to the environment that the stack gives its function. The file is found by its name, as the
 * stack finds it, so that no list of handlers is kept here.
 * @throws ZodError when the file exports no `createHandler`.
 */
export function bindHandler(
  name: HandlerName,
  environment: Readonly<Record<string, string>>,
  ports: AllPorts,
): BoundHandler {
  const { createHandler } = handlerFile.parse(load(`../../lambdas/${name}.ts`));
  return createHandler(() => ports, environment);
}

/**
 * Binds every function of the synthesized stack, by logical id; the mail names this page, where there is one. @throws
 * ZodError.
 */
export function bindHandlers(
  { template, functions }: SynthesizedRelease,
  ports: AllPorts,
  pageLink = '',
): Map<string, BoundHandler> {
  const resolve = localReferences(template);
  return new Map(
    functions.map(({ name, handler, environment }) => {
      const page = 'PAGE_LINK' in environment ? { PAGE_LINK: pageLink } : {};
      return [name, bindHandler(handler, { ...resolveVariables(environment, resolve), ...page }, ports)] as const;
    }),
  );
}
