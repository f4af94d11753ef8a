/*
 * PostgreSQL's statements, by the names of their nodes, as the rules know them. A kind that is in none of these lists
 * is refused by known-statements: what no rule judges, no rollback is proven for.
 */

const kinds = (names: string): ReadonlySet<string> => new Set(names.split(' ').map((name) => `${name}Stmt`));

/**
 * They change neither rows nor catalogue, or are refused by a rule of their own wherever they stand. What a prepared
 * statement does is judged where it is prepared, as its tree holds it.
 */
export const quietKinds = kinds(
  'Select SetOperation Return VariableSet VariableShow Transaction Do Lock Explain DeclareCursor Fetch ClosePortal ConstraintsSet Copy Notify Load CheckPoint Prepare Execute Deallocate',
);

/** They change rows. */
export const rowKinds = kinds('Insert Update Delete Merge Truncate');

/** They make an object that a release may own. */
export const creatingKinds = kinds(
  'Create CreateTableAs View CreateFunction Index CreateSeq CreateEnum CreateDomain CompositeType CreateSchema CreateExtension',
);

/** They change an object, which therefore has to be the release's own. */
export const alteringKinds = kinds(
  'AlterTable ReplicaIdentity Rename RefreshMatView AlterSeq Drop Comment SecLabel AlterOwner Grant AlterEnum AlterDomain AlterType AlterFunction CreatePolicy AlterPolicy',
);

/** They act later, in other people's transactions. */
export const actingLaterKinds = kinds('CreateTrig CreateEventTrig AlterEventTrig Rule');

/** Maintenance, and what reaches beyond the one database: roles, databases, tablespaces, subscriptions. */
export const clusterKinds = kinds(
  'Vacuum Reindex Cluster CheckPoint Createdb Dropdb AlterDatabase AlterDatabaseSet AlterDatabaseRefreshColl AlterSystem CreateTableSpace DropTableSpace AlterTableSpaceOptions CreateSubscription AlterSubscription DropSubscription CreateRole AlterRole AlterRoleSet DropRole GrantRole ReassignOwned DropOwned',
);

const known = [quietKinds, rowKinds, creatingKinds, alteringKinds, actingLaterKinds, clusterKinds];

/** True for a kind of statement that some rule judges. */
export function isKnown(kind: string): boolean {
  return known.some((list) => list.has(kind));
}
