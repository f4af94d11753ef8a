import { clonePattern } from '../package/clone-variant.ts';
import type { DocumentParameter } from './document-parameter.ts';

/** How the document of a rehearsal uses the clone's name. */
export interface RehearsalTarget {
  /**
   * True: psql connects to the clone. False: psql connects to the maintenance database, and the script works on the
   * clone from there.
   */
  readonly connects: boolean;
  /**
   * Seconds without a command of the rehearsal after which the rehearsal's guard drops the clone and releases its lock.
   */
  readonly silenceSeconds: number;
}

/** The parameter that names the clone. Production's name can never match its pattern. */
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
 * Lines of a document that append the clone's name to psql's arguments; psql uses the last `-d`. The name is checked
 * once more here, because SSM's pattern also accepts a value that ends in a line feed.
 */
export function cloneAssignments(database: string, { connects, silenceSeconds }: RehearsalTarget): string[] {
  const refuse = String.raw`printf 'one-roof note the name of the clone is not valid; nothing was run\n'; exit 69`;
  return [
    `case \${SSM_database-} in *[!A-Za-z0-9_]*) ${refuse} ;; ${database}_rehearsal_*) ;; *) ${refuse} ;; esac`,
    `set -- "$@"${connects ? ' -d "$SSM_database"' : ''} -v "rehearsal_database=$SSM_database"` +
      ` -v 'production=${database}' -v 'silence=${silenceSeconds}'`,
  ];
}
