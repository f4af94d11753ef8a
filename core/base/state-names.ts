/** How the name of every tier's state begins, in this package and in those that were deployed before it. */
export const tierStatePrefix = 'Tier ';
