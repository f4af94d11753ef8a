/** Prefix of the name of every tier's state, in this package and in packages that were deployed before it. */
export const tierStatePrefix = 'Tier ';
