import type { GateCondition } from '../../../core/base/contracts.ts';

/** A condition of some package's gate that holds, or does not when it has a blocker. */
export function condition(id: string, measured: string | null, blocker = ''): GateCondition {
  const words = { meaning: `What ${id} counts`, required: 'as planned', remedy: `Mend ${id}.` };
  return { id, ...words, measured, ok: blocker === '', blocker, headline: id === 'signature' };
}
