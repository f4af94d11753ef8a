/**
 * Who may import whom: the table of the README, as data. A folder may always import itself; what is not listed
 * is forbidden. Circles are forbidden everywhere.
 */
const base = ['core/base'];
const plan = [...base, 'core/package'];
const sent = [...plan, 'core/command', 'core/evidence'];
const judged = [...sent, 'core/ending', 'core/gate'];
const reported = [...judged, 'core/approval', 'core/report'];

const mayImport = {
  'core/base': [],
  'core/package': base,
  'core/command': plan,
  'core/evidence': plan,
  'core/ending': sent,
  'core/gate': sent,
  'core/approval': judged,
  'core/report': [...judged, 'core/approval'],
  'core/drift': sent,
  'core/release': [...reported, 'core/drift'],
  'core/rollback': reported,
  'core/rehearsal': reported,
  disk: plan,
  check: [...plan, 'disk'],
  aws: ['core'],
  lambdas: ['core', 'aws'],
  lib: ['core', 'disk', 'check'],
  local: ['core', 'disk', 'aws', 'check', 'lambdas', 'lib'],
  cli: ['core', 'disk', 'aws', 'local', 'check'],
  bin: ['cli', 'disk', 'lib'],
};

const inside = (folders) => `^(${folders.join('|')})/`;

const folderRules = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder} imports only ${allowed.length === 0 ? 'itself' : allowed.join(', ')}`,
  severity: 'error',
  from: { path: inside([folder]) },
  to: { pathNot: [inside([folder, ...allowed]), '^node_modules/'], dependencyTypesNot: ['core'] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...folderRules,
    { name: 'no circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core does no I/O: zod, diff, node:crypto and node:zlib only',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: ['^node_modules/(?!(zod|diff)/)', '^(node:)?(?!crypto$|zlib$)[a-z_/]+$'], pathNot: '^core/' },
    },
    {
      name: 'AWS SDK clients live in aws',
      severity: 'error',
      from: { path: '^(core|lib|lambdas)/' },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'nothing imports tools or tests',
      severity: 'error',
      from: { pathNot: '^(tools|test)/' },
      to: { path: '^(tools|test)/' },
    },
  ],
  options: {
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(cdk\\.out|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
