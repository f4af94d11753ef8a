import { clonePattern } from '../package/clone-variant.ts';
import type { DocumentParameter } from './document-parameter.ts';

/** How a document of a rehearsal uses the clone's name. */
export interface RehearsalTarget {
  /** True: psql connects to the clone. False: the script only works on it, from the maintenance database. */
  readonly connects: boolean;
  /** Seconds without any command of the rehearsal after which its guard drops the clone and lets go. */
  readonly silenceSeconds: number;
}

/** The parameter that names the clone; production's name can never match. */
export function cloneParameter(database: string): DocumentParameter {
  return {
    type: 'String',
    description: 'Name of the clone',
    interpolationType: 'ENV_VAR',
    allowedPattern: clonePattern(database),
    maxChars: 63,
  };
}

/**
 * Lines of a document that put the clone's name into psql's arguments, after everything else: a later `-d` wins. The
 * name is checked once more, because SSM's pattern also accepts a value that ends in a line feed.
 */
export function cloneAssignments(database: string, { connects, silenceSeconds }: RehearsalTarget): string[] {
  const refuse = String.raw`printf 'one-roof note the name of the clone is not one; nothing was run\n'; exit 69`;
  return [
    `case \${SSM_database-} in *[!A-Za-z0-9_]*) ${refuse} ;; ${database}_rehearsal_*) ;; *) ${refuse} ;; esac`,
    `set -- "$@"${connects ? ' -d "$SSM_database"' : ''} -v "rehearsal_database=$SSM_database"` +
      ` -v 'production=${database}' -v 'silence=${silenceSeconds}'`,
  ];
}
