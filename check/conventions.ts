/** The settings in which a script keeps what its shared blocks read; all are `set_config('one_roof.…')`. */
export const plannedSetting = 'one_roof.planned';
/** The setting with the locks that a script takes first: `relation` or `relation=mode`, joined by commas. */
export const locksSetting = 'one_roof.locks';
/** The setting with the plan's existing relations, each as `relation=mode`: what a full rollback locks. */
export const existingSetting = 'one_roof.existing';
/** The setting in which a script finds which objects of the release are there, and whose stamp they carry. */
export const stampsSetting = 'one_roof.stamps';
/** The variable and setting that hold the name of the one database a script may run on. */
export const guardedDatabase = 'guarded_database';
/** The column in which a row says who wrote it. */
export const tagColumn = 'created_by';
/** How a refusal begins: the only error texts that are repeated to people. */
export const refusal = 'REFUSING: ';
