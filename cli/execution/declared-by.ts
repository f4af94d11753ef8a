import { hostname, userInfo } from 'node:os';

/** The approval's contract takes no more characters. */
const MAX_LENGTH = 200;

/**
 * Who the caller says they are: `--declared-by`, else the user of this machine and the AWS profile in use. Declared,
 * not proven: the proof of who called is CloudTrail's.
 */
export function declaredBy(given: string | undefined, local: boolean): string {
  const profile = process.env['AWS_PROFILE'];
  const user = `${userInfo().username}@${hostname()}`;
  const own = local ? userInfo().username : profile === undefined ? user : `${user}, AWS profile ${profile}`;
  return (given ?? own).slice(0, MAX_LENGTH);
}
