import type { Invocation, SendRequest } from '../../core/base/ports.ts';

/** What SSM shows of a command whose wrapper proved its script with this line. */
export function proven(request: SendRequest, proofLine: string): Invocation {
  const [, run = '', script = ''] = request.comment.split('/');
  const names = `run=${run} script=${script}`;
  return {
    status: 'Success',
    statusDetails: 'Success',
    responseCode: 0,
    output: [
      `one-roof begin ${names} exit=0`,
      `one-roof proof ${proofLine}`,
      '',
      `one-roof end ${names} exit=0 outcome=proven`,
    ].join('\n'),
  };
}

/** What SSM shows of a command whose script was refused by its own guard. */
export function refused(request: SendRequest, message: string): Invocation {
  const [, run = '', script = ''] = request.comment.split('/');
  const names = `run=${run} script=${script}`;
  return {
    status: 'Failed',
    statusDetails: 'Failed',
    responseCode: 3,
    output: [
      `one-roof begin ${names} exit=3`,
      `| psql:tier.sql:10: ERROR:  P0001: REFUSING: ${message}`,
      '',
      `one-roof end ${names} exit=3 outcome=script-error`,
    ].join('\n'),
  };
}

/** What SSM shows of a command whose psql got no session. */
export function shutOut(request: SendRequest, complaint: string): Invocation {
  const [, run = '', script = ''] = request.comment.split('/');
  const names = `run=${run} script=${script}`;
  return {
    status: 'Failed',
    statusDetails: 'Failed',
    responseCode: 69,
    output: [
      `one-roof begin ${names} exit=69`,
      `| ${complaint}`,
      '',
      `one-roof end ${names} exit=69 outcome=unavailable`,
    ].join('\n'),
  };
}
