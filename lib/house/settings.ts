import type { Node } from 'constructs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { SettingMissing } from '../../core/base/errors.ts';

/** CDK context is one flat name space for all libraries, so ours carry a prefix: `-c one-roof:nodeId=mi-…`. */
const CONTEXT_PREFIX = 'one-roof:';

/** A number: `cdk -c name=value` passes text and cdk.json passes numbers, so both are accepted. */
const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** A truth value, as text from `cdk -c` or as JSON from cdk.json. */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const logRetention = z.coerce
  .number()
  .pipe(z.enum(RetentionDays, 'is not a retention that CloudWatch Logs knows, such as 365 or 3653'));

const givenSchema = z.object({
  /** Hybrid managed node (`mi-…`) or EC2 instance (`i-…`) that runs the container. */
  nodeId: z.string().regex(/^(mi|i)-[0-9a-f]{8,17}$/, 'is a managed node id such as mi-0123456789abcdef0'),
  container: z
    .string()
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/, 'is a Docker container name')
    .default('postgres'),
  /** Hours that one request for approval stays open; a fraction is allowed, one second is the least. */
  approvalHours: z.coerce
    .number()
    .min(1 / 3600)
    .max(24 * 30)
    .default(48),
  /** Hours after which a waiting approval raises an alarm; half of approvalHours by default. */
  approvalAlarmHours: z.coerce.number().positive().optional(),
  /** Address at which docs/operator.md is published, for the links in alarms; without it they name the file. */
  runbookUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Mail address that is subscribed to the notifications; without it people subscribe themselves. */
  notificationAddress: z.email().optional(),
  /** Mail address of the approver; with it, the approver's page is deployed and this person is invited. */
  approverEmail: z.email().optional(),
  /** Whether only answers of the approver's page count; by default where the page is deployed. */
  requireVerifiedApproval: flag.optional(),
  /**
   * Seconds after entering a state within which its script must have begun in the database. The most is what a
   * rehearsal's copy (core/rehearsal/scripts.ts) leaves of the 900 s that Lambda gives a function.
   */
  startBySeconds: wholeNumber(1, 55).default(45),
  /** Seconds by which the clocks of AWS and of the database may differ before the gate closes. */
  clockSkewSeconds: wholeNumber(1, 60).default(5),
  /** Seconds for which each step of a rollback waits for locks that other sessions hold, before it calls a human. */
  lockPatienceSeconds: wholeNumber(0, 21_600).default(900),
  /** Whether the gate stays closed without a passing rehearsal of this very package. */
  requireRehearsal: flag.default(true),
  /** Days after which a rehearsal no longer counts. */
  rehearsalDays: wholeNumber(1, 365).default(14),
  /** Name or ARN of an SSM Change Calendar that keeps the gate closed while it is; without it nothing is frozen. */
  changeCalendar: z
    .string()
    .regex(
      /^(arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:document\/)?[a-zA-Z0-9_.-]{3,128}$/,
      'is the name or ARN of a change calendar',
    )
    .optional(),
  /** Evidence buckets of packages that build on this one: what their plans change is no drift of this one. */
  laterEvidence: z
    .string()
    .regex(/^[a-z0-9.-]{3,63}(,[a-z0-9.-]{3,63})*$/, 'is a list of bucket names, joined by commas')
    .transform((names) => names.split(','))
    .optional(),
  logRetentionDays: logRetention.default(RetentionDays.TEN_YEARS),
  /** Days for which Object Lock keeps evidence; ten years. */
  evidenceRetentionDays: wholeNumber(1, 36_500).default(3653),
  /** COMPLIANCE: nobody can delete evidence early. GOVERNANCE: a permission can; for a trial stack. */
  evidenceLockMode: z.enum(['COMPLIANCE', 'GOVERNANCE']).default('COMPLIANCE'),
});

const settingsSchema = givenSchema
  .transform((given) => ({
    ...given,
    approvalAlarmHours: given.approvalAlarmHours ?? given.approvalHours / 2,
    laterEvidence: given.laterEvidence ?? [],
    requireVerifiedApproval: given.requireVerifiedApproval ?? given.approverEmail !== undefined,
  }))
  .refine(({ approvalHours, approvalAlarmHours }) => approvalAlarmHours < approvalHours, {
    path: ['approvalAlarmHours'],
    message: 'is not below approvalHours, after which nobody waits any more',
  })
  .refine(({ approverEmail, requireVerifiedApproval }) => approverEmail !== undefined || !requireVerifiedApproval, {
    path: ['requireVerifiedApproval'],
    message: 'needs the approver’s page, which only approverEmail deploys: nobody could approve',
  });

/** What an operator sets for one deployment; database and users come from the plan, not from here. */
export type Settings = z.output<typeof settingsSchema>;

/** Name of a setting as CDK context knows it. */
export function contextKey(setting: string): string {
  return `${CONTEXT_PREFIX}${setting}`;
}

/**
 * Reads the settings from CDK context (cdk.json or `-c`).
 * @throws SettingMissing naming each context key that is absent or wrong, and how to set it.
 */
export function readSettings(node: Node): Settings {
  const names = givenSchema.keyof().options;
  const given = Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const value: unknown = node.tryGetContext(contextKey(name));
      return value === undefined || value === null || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const key = contextKey(issue.path.join('.'));
    return `CDK context "${key}": ${issue.message}. Set it in cdk.json, or with -c ${key}=…`;
  });
  throw new SettingMissing(lines.join('\n'));
}

/**
 * Seconds without any command after which the guard considers a rehearsal dead. They exceed the start-by allowance, the
 * longest silence of one that is alive, by the difference between clocks and the start of a function.
 */
export function silenceSeconds({ startBySeconds, clockSkewSeconds }: Settings): number {
  return startBySeconds + clockSkewSeconds + 2;
}

/** Seconds between two reminders of approvers who have not answered: the first comes well before the alarm. */
export function reminderSeconds({ approvalAlarmHours }: Settings): number {
  return Math.max(1, Math.round(approvalAlarmHours * 1800));
}

/** Seconds that one request for approval stays open, at least one. */
export function approvalSeconds(settings: Settings): number {
  return Math.max(1, Math.round(settings.approvalHours * 3600));
}
