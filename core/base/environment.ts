import * as z from 'zod';
import { SettingMissing } from './errors.ts';
import { namedTierSchema } from './named-tiers.ts';

/** A script as a function knows it: where its document is, what it weighs and how success looks. No SQL. */
export const scriptSettingSchema = z.strictObject({
  id: z.string(),
  document: z.string(),
  /** sha256 (64 hex) of prelude followed by script: the bytes the wrapper checks inside the container. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  seconds: z.int(),
  proof: z.string(),
  parameters: z.array(z.string()),
});

/** @see scriptSettingSchema */
export type ScriptSetting = z.infer<typeof scriptSettingSchema>;

/** A value that travels as JSON text in one environment variable. */
function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

const wholeSeconds = z
  .string()
  .regex(/^[0-9]+$/)
  .transform(Number);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const common = {
  EVIDENCE_BUCKET: z.string().min(3),
  PACKAGE_DIGEST: digest,
};

const sender = {
  ...common,
  NODE_ID: z.string().regex(/^(mi|i)-[0-9a-f]{8,17}$/),
  START_BY_SECONDS: wholeSeconds,
  SCRIPTS: json(z.array(scriptSettingSchema)),
};

const reporter = {
  /** Every tier by name, also those a release did not reach: a report draws them all. */
  TIERS: json(z.array(namedTierSchema)),
};

const documentReader = {
  /** Digest of each command document as synthesized: script id → 64 hex of the canonical JSON content. */
  DOCUMENT_DIGESTS: json(z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))),
  DOCUMENT_PREFIX: z.string().min(1),
};

const gateReader = { ...sender, ...documentReader, CLOCK_SKEW_SECONDS: wholeSeconds };

/**
 * The environment of every function, by handler file. The same schema types the construct's `environment` (each
 * variable is a string) and parses `process.env` in the handler, so a missing variable fails twice: in the compiler
 * and by name.
 */
export const environmentSchemas = {
  'check-gate': z.object({
    ...gateReader,
    APPROVAL_ANSWERS: wholeSeconds,
    REQUIRE_REHEARSAL: z.enum(['true', 'false']),
    REHEARSAL_DAYS: wholeSeconds,
  }),
  'request-approval': z.object({
    ...common,
    TOPIC_ARN: z.string().min(1),
    APPROVAL_SECONDS: wholeSeconds,
  }),
  'check-answer': z.object(gateReader),
  'run-tier': z.object({
    ...sender,
    TIER_ID: z.string(),
    TIER_NAME: z.string(),
    TIER_TITLE: z.string(),
    TIER_SEALS: z.enum(['true', 'false']),
  }),
  'post-checks': z.object(sender),
  'write-report': z.object({ ...common, ...reporter, TOPIC_ARN: z.string().min(1) }),
  fence: z.object({
    ...sender,
    ...reporter,
    CLOCK_SKEW_SECONDS: wholeSeconds,
    STATE_MACHINE_ARN: z.string().min(1),
    /** Names of the states whose tier only reads. Every other tier's state may have dispatched a write, also one that this package does not know. */
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
    /** Script id → sha256 of the script's text, and of its clone variant's. */
    VARIANTS: json(z.record(z.string(), z.tuple([z.string(), z.string()]))),
  }),
  'watch-approval': z.object({
    STATE_MACHINE_ARN: z.string().min(1),
    /** Name of the state in which a release waits for people. */
    APPROVAL_STATE: z.string().min(1),
  }),
  undo: z.object({ ...sender, ...reporter }),
  'prove-baseline': z.object({ ...sender, ...reporter }),
} as const;

/** The name of a handler file, which is also its verb everywhere else. */
export type HandlerName = keyof typeof environmentSchemas;
/** Parsed settings of one handler. */
export type Environment<Name extends HandlerName> = z.output<(typeof environmentSchemas)[Name]>;
/** The same settings as the construct must pass them: every variable a string. */
export type RawEnvironment<Name extends HandlerName> = Record<keyof z.input<(typeof environmentSchemas)[Name]>, string>;

/**
 * Parses one handler's environment. The only place that reads `process.env`.
 * @throws SettingMissing naming every variable that is absent or malformed (never its value).
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SettingMissing(`This function cannot start. ${problems.join('; ')}`);
}
