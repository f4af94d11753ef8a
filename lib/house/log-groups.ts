import type { ReleasePackage } from '../../core/package/package.ts';

/** How the log groups of a package's functions begin: `/one-roof/`. People's policies allow reading below it. */
export function logPrefix({ plan }: Pick<ReleasePackage, 'plan'>): string {
  return `/${plan.name}/`;
}

/** Log group of a state machine. AWS's prefix keeps the resource policy of CloudWatch Logs below its size limit. */
export function machineLogGroup(machineName: string): string {
  return `/aws/vendedlogs/states/${machineName}`;
}
