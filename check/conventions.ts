/** The settings in which a script keeps what its shared blocks read; all are `set_config('one_roof.…')`. */
export const plannedSetting = 'one_roof.planned';
/** The variable and setting that hold the name of the one database a script may run on. */
export const guardedDatabase = 'guarded_database';
/** The table whose rows are the human signature. */
export const signatureTable = 'os_proposal_approvals';
/** The table of approval requests, one of which must ratify the release. */
export const requestTable = 'approval_requests';
/** Tables whose rows are acted on by others at once: the release never writes to them. */
export const emittingTables: readonly string[] = ['event_outbox', 'system_issues'];
/** The column in which a row says who wrote it. */
export const tagColumn = 'created_by';
/** How a refusal begins: the only error texts that are repeated to people. */
export const refusal = 'REFUSING: ';
