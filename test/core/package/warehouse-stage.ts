import { documentDigest } from '../../../core/command/document.ts';
import type { GateLine } from '../../../core/gate/gate-line.ts';
import { createTestPorts } from '../ports.ts';
import { proven } from '../proven.ts';
import { warehouseGate, warehousePlan } from './warehouse.ts';

const { approval, roles } = warehousePlan;
/** The digest of this package, as far as these tests care. */
export const digest = `sha256:${'a'.repeat(64)}`;
const document = '{"schemaVersion":"2.2"}';
/** The settings of its functions; one person approves. */
export const settings = {
  EVIDENCE_BUCKET: 'none',
  PACKAGE_DIGEST: digest,
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  CLOCK_SKEW_SECONDS: 5,
  CHANGE_CALENDAR: '',
  DOCUMENT_PREFIX: 'warehouse-',
  DOCUMENT_DIGESTS: Object.fromEntries(
    [roles.gate, roles.approval].map((id) => [id, documentDigest(JSON.parse(document))]),
  ),
  APPROVAL_CODE: approval.code,
  APPROVAL_PEOPLE: 1,
  REQUIRE_VERIFIED_APPROVAL: 'false' as const,
  PAGE_LINK: '',
  SCRIPTS: (['gate', 'approval'] as const).map((role) => ({
    ...{ id: roles[role], role, document: `warehouse-${roles[role]}`, sha256: 'a'.repeat(64), seconds: 10 },
    ...{ proof: `^${roles[role]} (?<json>.*)$`, parameters: role === 'approval' ? ['ratifiedApr'] : [] },
  })),
};

/** A node on which this package's scripts answer: its gate with `line`, its approval check with yes. */
export function createStage(line: Partial<GateLine> = {}, decisions: Readonly<Record<string, string>> = {}) {
  const ports = createTestPorts({
    decisions,
    answer: (request) => {
      const gate = { ...warehouseGate, clock: ports.clock.now().getTime(), ...line };
      const [, , script = ''] = request.comment.split('/');
      return proven(request, `${script} ${JSON.stringify(script === roles.gate ? gate : { valid: true, reason: '' })}`);
    },
  });
  const commands = {
    ...ports.commands,
    readNode: () => Promise.resolve({ online: true }),
    readDocument: () => Promise.resolve({ content: document, version: '1', hash: 'h' }),
  };
  return { ...ports, commands };
}
