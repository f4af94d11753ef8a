import type { Rule } from './rule.ts';
import { advisoryLockFirst } from './rules/advisory-lock-first.ts';
import { approvalGuard } from './rules/approval-guard.ts';
import { bodiesAreRead } from './rules/bodies-are-read.ts';
import { closedFiles } from './rules/closed-files.ts';
import { commitLast } from './rules/commit-last.ts';
import { createdIsDropped } from './rules/created-is-dropped.ts';
import { createdIsStamped } from './rules/created-is-stamped.ts';
import { databaseForm } from './rules/database-form.ts';
import { databaseGuard } from './rules/database-guard.ts';
import { defaultsUsed } from './rules/defaults-used.ts';
import { executeIsRead } from './rules/execute-is-read.ts';
import { existingObjectsStay } from './rules/existing-objects-stay.ts';
import { existingRowsStay } from './rules/existing-rows-stay.ts';
import { figures } from './rules/figures.ts';
import { forbidden } from './rules/forbidden.ts';
import { functionsKnown } from './rules/functions-known.ts';
import { generatedFiles } from './rules/generated-files.ts';
import { generatedSqlQuoted } from './rules/generated-sql-quoted.ts';
import { includeForm } from './rules/include-form.ts';
import { includes } from './rules/includes.ts';
import { locksAnnounced } from './rules/locks-announced.ts';
import { noDroppedColumns } from './rules/no-dropped-columns.ts';
import { noEmission } from './rules/no-emission.ts';
import { noEnumValues } from './rules/no-enum-values.ts';
import { noRoleChange } from './rules/no-role-change.ts';
import { noTransactionControl } from './rules/no-transaction-control.ts';
import { namesQualified } from './rules/names-qualified.ts';
import { noWeakSettings } from './rules/no-weak-settings.ts';
import { oneTransaction } from './rules/one-transaction.ts';
import { planFiles } from './rules/plan-files.ts';
import { postStateAsserted } from './rules/post-state-asserted.ts';
import { proofAfterCommit } from './rules/proof-after-commit.ts';
import { proofLine } from './rules/proof-line.ts';
import { qualifiedWrites } from './rules/qualified-writes.ts';
import { readOnlyStatements } from './rules/read-only-statements.ts';
import { readOnlyTransaction } from './rules/read-only-transaction.ts';
import { readsPlanned } from './rules/reads-planned.ts';
import { refusalsExplain } from './rules/refusals-explain.ts';
import { rowsAreDeleted } from './rules/rows-are-deleted.ts';
import { rowsAreTagged } from './rules/rows-are-tagged.ts';
import { runAllComplete } from './rules/run-all-complete.ts';
import { searchPathPinned } from './rules/search-path-pinned.ts';
import { signatureGuard } from './rules/signature-guard.ts';
import { sqlParses } from './rules/sql-parses.ts';
import { stampGuard } from './rules/stamp-guard.ts';
import { stopOnError } from './rules/stop-on-error.ts';
import { textEncoding } from './rules/text-encoding.ts';
import { tierHasRollback } from './rules/tier-has-rollback.ts';
import { tierRollbackDeletes } from './rules/tier-rollback-deletes.ts';
import { trialStaysOpen } from './rules/trial-stays-open.ts';
import { variablesDefined } from './rules/variables-defined.ts';
import { variablesInDollarQuotes } from './rules/variables-in-dollar-quotes.ts';
import { writesAccounted } from './rules/writes-accounted.ts';
import { writesPlanned } from './rules/writes-planned.ts';

/**
 * Every rule, in the order in which a reader meets them: package, transaction, guards, proof, what is forbidden
 * everywhere, variables, settings, content, way back.
 */
export const allRules: readonly Rule[] = [
  planFiles,
  generatedFiles,
  includes,
  includeForm,
  closedFiles,
  textEncoding,
  sqlParses,
  bodiesAreRead,
  executeIsRead,
  generatedSqlQuoted,
  figures,
  functionsKnown,
  runAllComplete,
  oneTransaction,
  commitLast,
  noTransactionControl,
  databaseForm,
  databaseGuard,
  signatureGuard,
  approvalGuard,
  stampGuard,
  advisoryLockFirst,
  locksAnnounced,
  postStateAsserted,
  writesPlanned,
  writesAccounted,
  readsPlanned,
  refusalsExplain,
  proofLine,
  proofAfterCommit,
  stopOnError,
  ...forbidden,
  trialStaysOpen,
  noEnumValues,
  noDroppedColumns,
  variablesInDollarQuotes,
  variablesDefined,
  defaultsUsed,
  namesQualified,
  noWeakSettings,
  noRoleChange,
  searchPathPinned,
  readOnlyTransaction,
  readOnlyStatements,
  noEmission,
  qualifiedWrites,
  existingRowsStay,
  existingObjectsStay,
  createdIsStamped,
  createdIsDropped,
  rowsAreTagged,
  rowsAreDeleted,
  tierHasRollback,
  tierRollbackDeletes,
];
