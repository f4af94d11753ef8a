import Table from 'cli-table3';
import { assertManifest, describePackage, type ReleasePackage } from '../../core/package/package.ts';
import { scriptTimeouts } from '../../core/command/timeouts.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { jsonFlag, packageFlag } from '../execution/flags.ts';

/** Options of `one-roof plan`. */
interface PlanOptions {
  readonly json?: boolean;
  readonly package: string;
}

/** Start-by allowance of the deployed stack, seconds; the local runtime uses less. */
const PRODUCTION_START_BY_SECONDS = 45;

function planTable({ plan, scripts }: ReleasePackage): string {
  const head = ['tier', 'name', 'what it does', 'writes', 'budget', 'sha256'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const tier of plan.tiers) {
    const packaged = scripts.find((candidate) => candidate.script.id === `tier-${tier.id}`);
    const writes = tier.seals ? 'seals' : tier.mutates ? 'yes' : 'no';
    table.push([tier.id, tier.name, tier.title, writes, `${tier.seconds} s`, packaged?.sha256.slice(0, 12) ?? '']);
  }
  return table.toString();
}

function planJson({ plan, digest, scripts }: ReleasePackage): string {
  const budgets = scripts.map(({ script, sha256 }) => ({
    ...script,
    sha256,
    timeouts: scriptTimeouts(script.seconds, PRODUCTION_START_BY_SECONDS),
  }));
  return JSON.stringify({ digest, ...plan, scripts: budgets }, null, 2);
}

/** The figures that the scripts judge by, as the package names them. */
function figureLines(variables: Readonly<Record<string, string>>): string[] {
  const figures = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return figures.length === 0 ? [] : ['Expected:', ...figures.map((figure) => `  ${figure}`)];
}

/**
 * `one-roof plan`: what a release of this package would do, tier by tier, and the digest that has to be approved.
 * @throws PackageInvalid when the package is not the one in its manifest.
 */
export function showPlan(options: PlanOptions): number {
  const terminal = createTerminal({ json: options.json === true });
  const files = readPackageFiles(options.package);
  assertManifest(files);
  const releasePackage = describePackage(files);
  if (options.json === true) {
    terminal.data(planJson(releasePackage));
    return 0;
  }
  terminal.data(planTable(releasePackage));
  for (const line of figureLines(releasePackage.plan.variables)) terminal.data(line);
  terminal.data(`Package digest (what an approver approves): ${releasePackage.digest}`);
  return 0;
}

/** Flags and action of `one-roof plan`. */
export const define: Define = (command, finish) =>
  command
    .addOption(packageFlag())
    .addOption(jsonFlag())
    .action((options: PlanOptions) => finish(showPlan(options)));
