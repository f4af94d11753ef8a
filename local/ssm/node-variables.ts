import { readFileSync } from 'node:fs';
import { localRegion } from '../driver/template.ts';

/** Where Linux says which distribution it is, as shell assignments (os-release(5)). */
const OS_RELEASE = '/etc/os-release';

function platform(): Record<string, string> {
  try {
    const text = readFileSync(OS_RELEASE, 'utf8');
    const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
    return { AWS_SSM_PLATFORM_NAME: field('NAME'), AWS_SSM_PLATFORM_VERSION: field('VERSION_ID') };
  } catch {
    return {}; // no Linux
  }
}

/** The variables with which the agent tells every script where it runs; nothing else can set them. */
export function nodeVariables(nodeId: string): Readonly<Record<string, string>> {
  return { AWS_SSM_INSTANCE_ID: nodeId, AWS_SSM_REGION_NAME: localRegion, ...platform() };
}
