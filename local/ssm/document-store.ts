import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ServiceError } from '../driver/service-error.ts';

const parameterSchema = z.strictObject({
  type: z.literal('String'),
  description: z.string().optional(),
  interpolationType: z.literal('ENV_VAR').optional(),
  allowedPattern: z.string().optional(),
  maxChars: z.int().optional(),
  default: z.string().optional(),
});

/** Content of a Command document, limited to what the stand-in can carry out; unknown members are refused. */
const contentSchema = z.strictObject({
  schemaVersion: z.literal('2.2'),
  description: z.string(),
  parameters: z.record(z.string(), parameterSchema).default({}),
  mainSteps: z.tuple([
    z.strictObject({
      action: z.literal('aws:runShellScript'),
      name: z.string(),
      precondition: z
        .strictObject({ StringEquals: z.tuple([z.literal('platformType'), z.enum(['Linux', 'MacOS', 'Windows'])]) })
        .optional(),
      inputs: z.strictObject({ timeoutSeconds: z.string().optional(), runCommand: z.array(z.string()) }),
    }),
  ]),
});

/** One parameter of a stored document. */
export type StoredParameter = z.infer<typeof parameterSchema>;

/** One version of a document, as stored. */
export interface StoredDocument {
  readonly name: string;
  readonly version: string;
  /** The bytes as they were given; `hash` is their sha256 (64 hex). */
  readonly text: string;
  readonly hash: string;
  readonly content: z.infer<typeof contentSchema>;
}

/** Largest size of a document, the parameter values of a call included (SSM quota, 64 KB). */
export const MAX_DOCUMENT_BYTES = 65_536;

/** The account's command documents, with all their versions; the newest is the default one. */
export class DocumentStore {
  readonly #documents = new Map<string, StoredDocument[]>();

  /**
   * Creates a document, or a new default version of it.
   * @throws ServiceError InvalidDocumentContent for anything that the agent here cannot carry out.
   */
  put(name: string, content: unknown): StoredDocument {
    const parsed = contentSchema.safeParse(content);
    if (!parsed.success) throw new ServiceError('InvalidDocumentContent', `${name}: ${z.prettifyError(parsed.error)}`);
    const text = JSON.stringify(content);
    if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) throw new ServiceError('MaxDocumentSizeExceeded', name);
    const versions = this.#documents.get(name) ?? [];
    const hash = createHash('sha256').update(text).digest('hex');
    const stored = { name, version: String(versions.length + 1), text, hash, content: parsed.data };
    this.#documents.set(name, [...versions, stored]);
    return stored;
  }

  /**
   * Finds a version of a document. @throws ServiceError InvalidDocument or InvalidDocumentVersion, like the service.
   */
  get(name: string, version = '$DEFAULT'): StoredDocument {
    const versions = this.#documents.get(name);
    if (versions === undefined) throw new ServiceError('InvalidDocument', `Document with name ${name} does not exist.`);
    const newest = version === '$DEFAULT' || version === '$LATEST';
    const found = newest ? versions.at(-1) : versions.find((candidate) => candidate.version === version);
    if (found === undefined) throw new ServiceError('InvalidDocumentVersion', `${name} has no version ${version}`);
    return found;
  }

  /** The default version of every document. */
  list(): StoredDocument[] {
    return [...this.#documents.keys()].map((name) => this.get(name));
  }
}
