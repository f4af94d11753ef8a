import { CfnElement, type Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { pageFacts } from '../../core/approval/page/facts.ts';
import { createReleaseApp } from './release-app.ts';
import type { ReleaseStack } from './release-stack.ts';
import { contextKey, type Settings } from './settings.ts';
import { StepLambda } from './step-lambda.ts';
import { type SynthesizedFunction, type SynthesizedRelease, type Template, templateSchema } from './synthesized.ts';

const cdkJson = join(__dirname, '../../cdk.json');
const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()) });
const functionSchema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });

/** @see synthesizeRelease */
interface SynthesizeOptions {
  /** The folder that is released, such as `sql/`. */
  readonly packageDirectory: string;
  /** Settings that differ from cdk.json and the defaults. */
  readonly settings?: Partial<Settings>;
}

function context(settings: Partial<Settings>): Record<string, unknown> {
  const committed = cdkJsonSchema.parse(JSON.parse(readFileSync(cdkJson, 'utf8'))).context;
  const given = Object.entries(settings).map(([setting, value]) => [contextKey(setting), value] as const);
  return {
    ...committed,
    ...Object.fromEntries(given),
    // Nothing is deployed from here, so nothing is bundled.
    'aws:cdk:bundling-stacks': [],
  };
}

function readTemplate(file: string): Template {
  return templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function logicalId(stack: Stack, construct: IConstruct): string {
  const element = construct.node.defaultChild ?? construct;
  if (!CfnElement.isCfnElement(element)) throw new TypeError(`${construct.node.path} is not a resource`);
  const id: unknown = stack.resolve(element.logicalId);
  return z.string().parse(id);
}

function describeFunctions(stack: ReleaseStack, template: Template): SynthesizedFunction[] {
  return stack.lambdas.map((lambda) => {
    const { fn, handler } = lambda;
    const name = logicalId(stack, fn);
    const { Variables: environment } = functionSchema.parse(template.Resources[name]?.Properties).Environment;
    // Only a function behind a state is published, and asking for a version would publish it.
    const versions = lambda instanceof StepLambda ? [logicalId(stack, fn.currentVersion)] : [];
    return { name, handler, environment, versionLogicalIds: versions };
  });
}

/**
 * Synthesizes the stack in this process, without the CLI and without bundles, in about a second: what the local
 * runtime runs and what the tests read is the template that is deployed.
 * @throws PackageInvalid, SettingMissing.
 */
export function synthesizeRelease({ packageDirectory, settings = {} }: SynthesizeOptions): SynthesizedRelease {
  const outdir = mkdtempSync(join(tmpdir(), 'one-roof-synth-'));
  try {
    const app = {
      context: context(settings),
      outdir,
      treeMetadata: false,
      analyticsReporting: false,
      // `cdk synth` judges the template; here that would take three seconds of WebAssembly.
      builtinCloudFormationValidation: false,
    };
    const release = createReleaseApp({ packageDirectory, checkManifest: false, app });
    const { stack } = release;
    const { templateFullPath } = release.app.synth().getStackByName(stack.stackName);
    const template = readTemplate(templateFullPath);
    const documents = [stack.context.documents, stack.rehearsalMachine.documents];
    return {
      template,
      nested: documents.map(({ stack: { templateFile } }) => readTemplate(join(outdir, templateFile))),
      machines: {
        release: logicalId(stack, stack.releaseMachine.machine),
        rollback: logicalId(stack, stack.rollbackMachine.machine),
        rehearsal: logicalId(stack, stack.rehearsalMachine.machine),
      },
      functions: describeFunctions(stack, template),
      documents: documents.flatMap(({ all }) => all),
      archive: stack.context.release.archive,
      page: {
        facts: pageFacts(stack.context.release.plan, stack.context.documents.digests, stack.context.release.reviews),
        packageDigest: stack.context.release.digest,
        title: stack.context.release.plan.title,
      },
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
