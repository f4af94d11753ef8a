import type { Environment } from '../base/environment.ts';
import { runIdOf } from '../base/run-id.ts';

/**
 * How an approver answers, as the end of a message: the one link where there is a page, which only shows it, as scanners
 * of mail follow every link; else the commands to type.
 */
export function howToDecide(
  { PAGE_LINK: page }: Pick<Environment<'request-approval'>, 'PAGE_LINK'>,
  executionArn: string,
): string[] {
  if (page === '')
    return [
      'Nothing has been changed yet. To look at it and decide:',
      `  one-roof approve --execution ${executionArn} --apr <code of the ratified request>`,
      `  one-roof reject --execution ${executionArn} --reason "<why>"`,
    ];
  return [
    'Nothing has been changed yet. Read what would happen, and say yes or no, here:',
    page.replace('RUN', runIdOf(executionArn)),
    '',
    'You sign in there. Nobody needs your code but this page; do not send it to anybody.',
  ];
}
