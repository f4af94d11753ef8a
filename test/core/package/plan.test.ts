import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackageInvalid } from '../../../core/base/errors.ts';
import { allScripts, parsePlan, psqlVariables } from '../../../core/package/plan.ts';
import { applicationName } from '../../../core/base/run-id.ts';

const planText = readFileSync(join(__dirname, '../../../sql/release.json'), 'utf8');

/** The plan with one change, as text. */
function changed(change: (plan: Record<string, unknown> & { tiers: Record<string, unknown>[] }) => void): string {
  const plan = JSON.parse(planText) as Record<string, unknown> & { tiers: Record<string, unknown>[] };
  change(plan);
  return JSON.stringify(plan);
}

describe('the plan', () => {
  it('is the One-Roof release: tiers 0 to 6 and 8, of which the last seals', () => {
    const plan = parsePlan(planText);
    expect(plan.tiers.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '8']);
    expect(plan.tiers.filter(({ seals }) => seals).map(({ id }) => id)).toEqual(['8']);
  });

  it('keeps every application_name within the 63 bytes that PostgreSQL keeps', () => {
    for (const { id } of allScripts(parsePlan(planText))) {
      expect(Buffer.byteLength(applicationName('0123456789ab', id))).toBeLessThanOrEqual(63);
    }
  });

  it('passes its figures on as psql variables', () => {
    expect(psqlVariables(parsePlan(planText))).toMatchObject({ expected_gap: '210', expected_ownership: '30' });
  });

  it.each([
    ['a tier budget over ten minutes', changed((plan) => (plan.tiers[1]!['seconds'] = 601)), /seconds/],
    ['a proof line that is not anchored', changed((plan) => (plan.tiers[1]!['proof'] = 'tables=11')), /anchored/],
    ['an escape that grep does not know', changed((plan) => (plan.tiers[1]!['proof'] = '^\\d+$')), /\[0-9\]/],
    ['a tier number twice', changed((plan) => (plan.tiers[1]!['id'] = '0')), /named twice/],
    ['two sealing tiers', changed((plan) => (plan.tiers[1]!['seals'] = true)), /exactly one tier seals/],
    [
      'figures that contradict each other',
      changed((plan) => Object.assign(plan['expected'] as object, { gap: 216 })),
      /35 x 6 = 210/,
    ],
    ['an unknown key', changed((plan) => (plan['colour'] = 'red')), /colour/],
    ['a writing script before a tier', changed((plan) => (plan.tiers[0]!['before'] = ['undo'])), /not read-only/],
    ['text that is not JSON', '{', /not JSON/],
    ['a plan that is not there', undefined, /release.json is missing/],
  ])('refuses %s, by name', (_what, text, message) => {
    expect(() => parsePlan(text)).toThrow(PackageInvalid);
    expect(() => parsePlan(text)).toThrow(message);
  });
});
