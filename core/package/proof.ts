import { PackageInvalid } from '../base/errors.ts';
import type { Script } from './plan-schema.ts';

/**
 * A proof pattern as `grep -E` and PostgreSQL read it: named groups become plain groups.
 * @throws PackageInvalid for a group that only JavaScript knows.
 */
export function posixPattern({ id, proof }: Pick<Script, 'id' | 'proof'>): string {
  const plain = proof.replaceAll(/\(\?<[A-Za-z][A-Za-z0-9]*>/g, '(');
  if (plain.includes('(?')) throw new PackageInvalid(`proof of "${id}": grep -E knows no (?: or (?= groups`);
  return plain;
}
