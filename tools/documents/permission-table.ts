import * as z from 'zod';
import { bold, code, Markdown, table } from '../../core/report/markdown-text.ts';
import { synthesizeRelease } from '../../lib/house/synthesize.ts';
import type { Template } from '../../lib/house/synthesized.ts';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const resourcesSchema = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.enum(['Allow', 'Deny']), Action: texts, Resource: resourcesSchema })),
  }),
});
type Statement = z.output<typeof policySchema>['PolicyDocument']['Statement'][number];

const joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/** The holders of the policies in the table, and how to find the policies in the template. */
const holders = [
  { who: 'operator', isPolicy: named('OneRoof-ReleaseOperator') },
  { who: 'approver', isPolicy: named('OneRoof-ReleaseApprover') },
  { who: 'auditor', isPolicy: named('OneRoof-ReleaseAuditor') },
  {
    who: 'server',
    isPolicy: (properties: Properties) => JSON.stringify(properties['Roles'] ?? []).includes('NodeRole'),
  },
];

type Properties = Readonly<Record<string, unknown>>;

function named(name: string) {
  return (properties: Properties) => JSON.stringify(properties['ManagedPolicyName'] ?? '').includes(name);
}

function statementsOf(template: Template, isPolicy: (properties: Properties) => boolean): Statement[] {
  return Object.values(template.Resources)
    .filter(({ Type, Properties }) => /^AWS::IAM::(Managed)?Policy$/.test(Type) && isPolicy(Properties))
    .flatMap(({ Properties }) => policySchema.parse(Properties).PolicyDocument.Statement);
}

/** The end of an ARN, by which people know a resource: `execution:OneRoof-Release:*`, `runs/*`. */
function shortName(resource: unknown): string {
  const join = joined.safeParse(resource);
  const text = join.success ? join.data['Fn::Join'][1].filter((part) => typeof part === 'string').join('') : resource;
  if (typeof text !== 'string')
    return JSON.stringify(text).includes('Signing') ? 'the signing key' : 'the evidence bucket';
  const name = text.replace(/^.*?:(states|logs|ssm):+/, '').replace(/^(stateMachine|log-group):/, '');
  return name.replace(/^\/runs/, 'runs').replace(/^execution:(.*):\*$/, 'runs of $1');
}

/**
 * Says whether policies permit a verb. A deny takes precedence; without an allow it is not permitted either, unless it
 * is granted elsewhere.
 */
function verdict(statements: readonly Statement[], verb: string): string | Markdown {
  const about = statements.filter(({ Action }) => Action.includes(verb));
  if (about.some(({ Effect }) => Effect === 'Deny')) return bold('denied');
  return about.length > 0 ? 'yes' : '–';
}

function allowedOn(statements: readonly Statement[], verb: string): Markdown {
  const on = statements.filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(verb));
  const names = [...new Set(on.flatMap(({ Resource }) => Resource).map(shortName))];
  return new Markdown(names.map((name) => code(name).source).join(', '));
}

/** The table of who may do what, verb by verb, according to the synthesized policies. */
export function permissionTable(packageDirectory: string): string {
  const { template } = synthesizeRelease({ packageDirectory });
  const policies = holders.map(({ isPolicy }) => statementsOf(template, isPolicy));
  const verbs = [...new Set(policies.flat().flatMap(({ Action }) => Action))].sort();
  const rows = verbs.map((verb) => [
    code(verb),
    ...policies.map((statements) => verdict(statements, verb)),
    allowedOn(policies.flat(), verb),
  ]);
  return table(['verb', ...holders.map(({ who }) => who), 'on what'], rows).join('\n');
}
