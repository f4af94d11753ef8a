/** Number of governed collections in production. */
export const productionCollections = 35;

const productionOwners = [
  ['GRP-GOVERNANCE', 'GOV-COUNCIL'],
  ['GRP-REGISTRY', 'GOV-KG-SYS'],
  ['GRP-AI', 'GOV-DOT'],
  ['GRP-WORKFLOW', 'GOV-DOT'],
  ['GRP-BUSINESS', 'GOV-MOIT'],
] as const;
const scalingOwners = ['GOV-COUNCIL', 'GOV-KG-SYS', 'GOV-DOT', 'GOV-MOIT'] as const;
/**
 * Has to equal the 14 in collections.sql. At 35,000 collections the map has 56 kB; one command-line argument may have
 * 128.
 */
const collectionsPerScalingGroup = 14;

/**
 * Says which body owns which group, as `GRP-…=GOV-…,GRP-…=GOV-…`: the value of the release's variable for a fixture
 * with this many governed collections. Groups beyond production's five are assigned to its four owners in turn.
 */
export function ownerMap(collections: number = productionCollections): string {
  const extraGroups = Math.ceil(Math.max(0, collections - productionCollections) / collectionsPerScalingGroup);
  const extra = Array.from({ length: extraGroups }, (_, index) => {
    const owner = scalingOwners[index % scalingOwners.length] ?? scalingOwners[0];
    return [`GRP-S${String(index + 1).padStart(4, '0')}`, owner] as const;
  });
  return [...productionOwners, ...extra].map(([group, owner]) => `${group}=${owner}`).join(',');
}
