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

function scriptOf(plan: Record<string, unknown>, id: string): Record<string, unknown> {
  return (plan['scripts'] as Record<string, unknown>[]).find((script) => script['id'] === id)!;
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
    ['a plan that lacks a field', changed((plan) => delete plan['title']), /release.json title: is missing/],
    ['a figure that is no text', changed((plan) => (plan['variables'] = { gap: 1 })), /variables.gap: is a text/],
    [
      "a variable of the engine's",
      changed((plan) => (plan['variables'] = { expected_objects: '1' })),
      /"expected_objects" is set by the engine/,
    ],
    [
      'a role that no script plays',
      changed((plan) => Object.assign(plan['roles'] as object, { gate: 'gatekeeper' })),
      /roles.gate: no script has the id "gatekeeper"/,
    ],
    [
      'two roles of one script',
      changed((plan) => Object.assign(plan['roles'] as object, { contract: 'outcome-reread' })),
      /plays two roles/,
    ],
    [
      'a role whose proof line says too little',
      changed((plan) => (scriptOf(plan, 'undo')['proof'] = '^undone [0-9]+$')),
      /"undo" \(role undo\): proof has no group \(\?<outcome>/,
    ],
    [
      'a role that takes too little',
      changed((plan) => (scriptOf(plan, 'undo')['parameters'] = ['undoReleased'])),
      /lacks "overrideChangedRows"/,
    ],
    [
      'a gate that writes',
      changed((plan) => (scriptOf(plan, 'gate-check')['mutates'] = true)),
      /"gate-check" \(role gate\): mutates is true/,
    ],
    [
      'a script that is called like a role',
      changed((plan) => (scriptOf(plan, 'gate-check')['id'] = 'outcome')),
      /is the name of a role that it does not play/,
    ],
    [
      'a fence of its own',
      changed((plan) => (scriptOf(plan, 'gate-check')['id'] = 'fence')),
      /"fence" is named twice, as the engine has its own/,
    ],
    [
      'an example that is no code',
      changed((plan) => Object.assign((plan['approval'] as { code: object }).code, { example: 'apr-1' })),
      /approval.code.example: is not a code of this form/,
    ],
    [
      'a first tier without a fingerprint',
      changed((plan) => (plan.tiers[0]!['beside'] = [])),
      /does not run "fingerprint"/,
    ],
    ['an unknown key', changed((plan) => (plan['colour'] = 'red')), /colour/],
    ['a writing script before a tier', changed((plan) => (plan.tiers[0]!['beside'] = ['undo'])), /not read-only/],
    ['text that is not JSON', '{', /not JSON/],
    ['a plan that is not there', undefined, /release.json is missing/],
  ])('refuses %s, by name', (_what, text, message) => {
    expect(() => parsePlan(text)).toThrow(PackageInvalid);
    expect(() => parsePlan(text)).toThrow(message);
  });
});
