import type { ListedExecution } from '../../aws/executions.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { PackageInvalid } from '../../core/base/errors.ts';
import { describePackage, type ReleasePackage } from '../../core/package/package.ts';
import { gateRows } from '../../core/gate/gate-rows.ts';
import { describeRehearsal } from '../../core/gate/rehearsal-text.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { ApprovalRequest } from '../../core/approval/approval-request.ts';
import { duration, readable, secondsBetween } from '../../core/report/time.ts';

/** What an approver is shown, apart from the request itself. */
export interface RequestContext {
  readonly execution: ListedExecution;
  readonly startedBy: string | undefined;
  readonly now: Date;
  /** What is to be known of other releases that are under way. */
  readonly others: readonly string[];
}

/** The package of a checkout; undefined when there is none that can be read. */
export function readCheckout(directory: string): ReleasePackage | undefined {
  try {
    return describePackage(readPackageFiles(directory));
  } catch (error) {
    if (error instanceof PackageInvalid) return undefined;
    throw error;
  }
}

function changes({ plan, manifest }: ReleasePackage): string[] {
  const effect = ({ mutates, seals }: (typeof plan.tiers)[number]) =>
    seals ? '; after this step nothing is undone automatically' : mutates ? '' : '; changes nothing';
  return [
    `What will happen in the database "${plan.database}", each step all or nothing:`,
    ...plan.tiers.map((tier) => `  ${tier.id}. ${tier.title}${effect(tier)}`),
    'If a step fails, everything this release did is undone.',
    '',
    'Files of the package (this checkout has the same digest):',
    ...manifest
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line.slice(0, 12)}  ${line.slice(66)}`),
  ];
}

/**
 * Everything an approver should know before answering, as lines of plain English. `checkout`: only if it is the same
 * package.
 */
export function describeRequest(
  request: ApprovalRequest,
  context: RequestContext,
  checkout: ReleasePackage | undefined,
): string[] {
  const { shown, askedAt, expiresAt } = request;
  const { execution, startedBy, now, others } = context;
  const left = expiresAt === undefined ? '' : ` (in ${duration(secondsBetween(now, expiresAt))})`;
  const again = shown.askedAgainBecause;
  const rehearsal = shown.rehearsal === undefined ? [] : describeRehearsal(shown.rehearsal);
  const lines = [
    `Release       ${shown.runId}  (${execution.name})`,
    `Started       ${readable(execution.startedAt)}, by ${startedBy ?? 'somebody who did not say (CloudTrail knows)'}`,
    `Asked         ${readable(askedAt)}${again === undefined ? '' : ', again'}`,
    ...(again === undefined ? [] : [`              Your last answer was not accepted: ${again}`]),
    `Expires       ${expiresAt === undefined ? 'never' : readable(expiresAt)}${left}`,
    `Answers left  ${shown.answersLeft}`,
    `Package       ${shown.packageDigest}`,
    `Gate          ${shown.gate.status}, read ${readable(shown.gate.readAt)}`,
    ...gateRows(shown.gate).map(({ name, measured }) => `                ${name} = ${measured}`),
    ...[...others, ...shown.gate.notes].map((note) => `To know       ${note}`),
    `Rehearsal     ${rehearsal[0] ?? 'none of this package'}`,
    ...rehearsal.slice(1).map((line) => `              ${line}`),
    '',
    ...(checkout === undefined
      ? ['The files cannot be shown: the package in this checkout is not the one that waits.']
      : changes(checkout)),
  ];
  return lines.map(visibleLine);
}
