import * as z from 'zod';
import { pageFactsSchema } from '../../core/approval/page/facts.ts';
import { environmentSchemas, type HandlerName } from '../../core/base/environment.ts';

const resourceSchema = z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });

/** A CloudFormation template, as far as the local runtime and the tests read it. */
export const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });

/** @see templateSchema */
export type Template = z.output<typeof templateSchema>;

const handlerSchema = z.custom<HandlerName>((name) => typeof name === 'string' && name in environmentSchemas);

/** One Lambda function of the stack, with what the local runtime needs to run its handler in its place. */
const functionSchema = z.object({
  /** Logical id of the function. */
  name: z.string(),
  handler: handlerSchema,
  /** Logical ids of its published versions, which the states invoke; none for a function beside the machines. */
  versionLogicalIds: z.array(z.string()),
  /** Its variables; a value is a text, or a Ref, Fn::GetAtt or Fn::Join still to be resolved. */
  environment: z.record(z.string(), z.unknown()),
});

/** @see functionSchema */
export type SynthesizedFunction = z.output<typeof functionSchema>;

/**
 * The synthesized stack as data. It is apart from what makes it, because the local runtime reads it from a cache without
 * loading CDK.
 */
export const synthesizedSchema = z.object({
  template: templateSchema,
  /** The nested stacks, which hold the command documents. */
  nested: z.array(templateSchema),
  /** Logical ids of the state machines. */
  machines: z.object({ release: z.string(), rollback: z.string(), rehearsal: z.string() }),
  functions: z.array(functionSchema),
  /** The command documents as they would be created. */
  documents: z.array(z.object({ name: z.string(), content: z.unknown() })),
  /** The package as the folder of a run holds it. */
  archive: z.string(),
  /** What the approver's page is told of the package. */
  page: z.object({ facts: pageFactsSchema, packageDigest: z.string(), title: z.string() }),
});

/** @see synthesizedSchema */
export type SynthesizedRelease = z.output<typeof synthesizedSchema>;
