import * as z from 'zod';
import { digest, json, wholeNumber } from './environment-values.ts';
import { namedTierSchema } from './named-tiers.ts';

/** What a function knows about a script: its document, its digest, its time budget and its proof pattern. Never SQL. */
export const scriptSettingSchema = z.strictObject({
  id: z.string(),
  /** What the function calls it by, and keeps its facts under; its id where nothing is said. */
  role: z.string().optional(),
  document: z.string(),
  /** sha256 (64 hex) of the prelude followed by the script: the bytes that the wrapper checks inside the container. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  seconds: z.int(),
  proof: z.string(),
  parameters: z.array(z.string()),
});

/** @see scriptSettingSchema */
export type ScriptSetting = z.infer<typeof scriptSettingSchema>;

/** What a function calls a script by. */
export function scriptName({ role, id }: Pick<ScriptSetting, 'role' | 'id'>): string {
  return role ?? id;
}

const common = {
  EVIDENCE_BUCKET: z.string().min(3),
  PACKAGE_DIGEST: digest,
};

const sender = {
  ...common,
  NODE_ID: z.string().regex(/^(mi|i)-[0-9a-f]{8,17}$/),
  START_BY_SECONDS: wholeNumber,
  SCRIPTS: json(z.array(scriptSettingSchema)),
};

const reporter = {
  /** Every tier by name, including those that the release did not reach, because a report shows all of them. */
  TIERS: json(z.array(namedTierSchema)),
  /** What the package is called in texts for people. */
  TITLE: z.string().min(1),
};

/** What whoever asks the approvers has to know. */
const asks = {
  TOPIC_ARN: z.string().min(1),
  /** Address of the approver's page for a run, with `RUN` for its id; empty where there is no page. */
  PAGE_LINK: z.string(),
  TITLE: reporter.TITLE,
};

/** Who signs reports: named by whoever writes one, used only by `sign-report`. */
const signs = { SIGNING_KEY: z.string().min(1) };

const documentReader = {
  /** Digest of each command document as synthesized: script id → 64 hex of the canonical JSON content. */
  DOCUMENT_DIGESTS: json(z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))),
  DOCUMENT_PREFIX: z.string().min(1),
};

const gateReader = {
  ...sender,
  ...documentReader,
  CLOCK_SKEW_SECONDS: wholeNumber,
  /** Name or ARN of the change calendar that can keep the gate closed; empty when there is none. */
  CHANGE_CALENDAR: z.string(),
};

/**
 * The environment of every function, by handler file. The same schema types the construct's `environment` (each
 * variable is a string) and parses `process.env` in the handler, so a missing variable fails twice: as a type error in
 * the compiler, and by name at run time.
 */
export const environmentSchemas = {
  'check-gate': z.object({
    ...gateReader,
    APPROVAL_ANSWERS: wholeNumber,
    REQUIRE_REHEARSAL: z.enum(['true', 'false']),
    REHEARSAL_DAYS: wholeNumber,
    /** The exceptions that the plan makes, a sentence each. */
    PLAN_NOTES: json(z.array(z.string())),
    /** The machine of the release, of whose other executions the approver is told. */
    STATE_MACHINE_ARN: z.string().min(1),
  }),
  'request-approval': z.object({
    ...common,
    ...asks,
    APPROVAL_SECONDS: wholeNumber,
  }),
  'check-answer': z.object({
    ...gateReader,
    /** What an approval code looks like. */
    APPROVAL_CODE: json(z.object({ pattern: z.string(), maxLength: z.int(), example: z.string() })),
    /** How many different people have to approve. */
    APPROVAL_PEOPLE: wholeNumber,
    /** Whether only the approver's page may answer, so that everybody who approves has signed in. */
    REQUIRE_VERIFIED_APPROVAL: z.enum(['true', 'false']),
  }),
  'approval-page': z.object({
    ...common,
    TOPIC_ARN: z.string().min(1),
    STATE_MACHINE_ARN: z.string().min(1),
    TITLE: reporter.TITLE,
    /** Where the page is served, `https://…` without a slash at its end; only its own requests may decide. */
    PAGE_ORIGIN: z.url(),
    /** Who vouches for the people who sign in: `iss` of a token. */
    ISSUER: z.url(),
    /** Origin of the login, which serves `/oauth2/authorize` and `/oauth2/token`. */
    LOGIN_URL: z.url(),
    CLIENT_ID: z.string().min(1),
    USER_POOL_ID: z.string().min(1),
    APPROVER_GROUP: z.string().min(1),
    /** How the page words the sign-in. */
    SIGN_IN: z.enum(['password', 'click']),
  }),
  'try-release': z.object({
    ...sender,
    /** Which lines of the trial stand in which file; empty where that would be too long. */
    TRIAL_LINES: z.string(),
  }),
  'run-tier': z.object({
    ...sender,
    TIER_ID: z.string(),
    TIER_NAME: z.string(),
    TIER_TITLE: z.string(),
    TIER_MUTATES: z.enum(['true', 'false']),
    TIER_SEALS: z.enum(['true', 'false']),
  }),
  'post-checks': z.object(sender),
  'write-report': z.object({ ...common, ...reporter, ...signs, TOPIC_ARN: z.string().min(1) }),
  fence: z.object({
    ...sender,
    CLOCK_SKEW_SECONDS: wholeNumber,
    STATE_MACHINE_ARN: z.string().min(1),
    /**
     * Names of the states whose tier only reads. The state of any other tier may have sent a write, including the state
     * of a tier that this package does not contain.
     */
    READ_ONLY_STATES: json(z.array(z.string())),
  }),
  'check-disk': z.object({ ...sender, ...documentReader, DATABASE: z.string() }),
  clone: z.object(sender),
  'rehearse-forward': z.object(sender),
  'check-clone': z.object(sender),
  'rehearse-back': z.object(sender),
  'refuse-further-run': z.object(sender),
  'drop-clone': z.object({ ...sender, DATABASE: z.string() }),
  'record-rehearsal': z.object({
    ...common,
    /** Script id → sha256 of the script's text and sha256 of its clone variant's text. */
    VARIANTS: json(z.record(z.string(), z.tuple([z.string(), z.string()]))),
  }),
  'watch-approval': z.object({
    STATE_MACHINE_ARN: z.string().min(1),
    /** Name of the state in which a release waits for its approval. */
    APPROVAL_STATE: z.string().min(1),
    ...asks,
    /** Time between two reminders of one request. */
    REMINDER_SECONDS: wholeNumber,
  }),
  'check-drift': z.object({
    ...sender,
    /** Name of the package. On a laptop, the looks of all packages lie in one folder. */
    PACKAGE: z.string().min(1),
    TITLE: reporter.TITLE,
    TOPIC_ARN: z.string().min(1),
    /** Evidence buckets of packages that build on this one. */
    LATER_BUCKETS: json(z.array(z.string().min(3))),
  }),
  undo: z.object(sender),
  'prove-baseline': z.object(sender),
  'sign-report': z.object({ ...common, ...signs }),
  announce: z.object({
    ...common,
    /** ARN of the event bus. */
    EVENT_BUS: z.string().min(1),
    APPROVAL_SECONDS: wholeNumber,
    TITLE: reporter.TITLE,
  }),
  'report-rollback': z.object({
    ...common,
    ...reporter,
    ...signs,
    STATE_MACHINE_ARN: z.string().min(1),
    TOPIC_ARN: z.string().min(1),
  }),
} as const;

/** The name of a handler file, which is also the verb that names its step everywhere else. */
export type HandlerName = keyof typeof environmentSchemas;
/** The parsed environment of one handler. */
export type Environment<Name extends HandlerName> = z.output<(typeof environmentSchemas)[Name]>;
/** The same environment as the construct has to pass it: every variable is a string. */
export type RawEnvironment<Name extends HandlerName> = Record<keyof z.input<(typeof environmentSchemas)[Name]>, string>;
