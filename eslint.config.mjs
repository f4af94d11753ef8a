import tseslint from 'typescript-eslint';

/**
 * The import table of docs/decisions.md ("who may import whom"), as a rule.
 * Each folder lists what it may not import; what is left is what it may.
 */
const folders = ['core', 'aws', 'local', 'lambdas', 'lib', 'lint', 'cli', 'bin', 'chaos'];
const mayImport = {
  core: ['core'],
  aws: ['core', 'aws'],
  local: ['core', 'aws', 'local', 'lambdas', 'lib'],
  lambdas: ['core', 'aws', 'lambdas'],
  lib: ['core', 'lib'],
  lint: ['core', 'lint'],
  cli: ['core', 'aws', 'local', 'lib', 'lint', 'cli'],
  bin: ['cli', 'lib', 'bin'],
  chaos: ['core', 'aws', 'local', 'lib', 'lint', 'cli', 'chaos'],
};
const corePackages = ['zod', 'node:crypto', 'node:zlib'];

const importRules = folders.map((folder) => {
  const forbidden = folders.filter((other) => !mayImport[folder].includes(other));
  const patterns = [
    ...(forbidden.length === 0
      ? []
      : [
          {
            regex: `^(\\.\\./)+(${forbidden.join('|')})/`,
            message: `${folder}/ may import only ${mayImport[folder].join(', ')}/.`,
          },
        ]),
    ...(folder === 'core'
      ? [
          {
            regex: `^(?!\\.|${corePackages.join('$|')}$)`,
            message: 'core/ does no I/O: zod, node:crypto and node:zlib only.',
          },
        ]
      : []),
    ...(folder === 'lib' || folder === 'core'
      ? [{ regex: '^@aws-sdk/', message: 'AWS SDK clients live in aws/.' }]
      : []),
    ...(folder === 'lambdas' ? [{ regex: '^@aws-sdk/', message: 'AWS SDK clients live in aws/.' }] : []),
  ];
  return {
    files: [`${folder}/**/*.ts`],
    rules: patterns.length === 0 ? {} : { 'no-restricted-imports': ['error', { patterns }] },
  };
});

export default tseslint.config(
  { ignores: ['node_modules/**', 'cdk.out/**', 'coverage/**'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
    },
  },
  {
    files: [
      'bin/**/*.ts',
      'cli/**/*.ts',
      'lib/**/*.ts',
      'lambdas/**/*.ts',
      'core/**/*.ts',
      'aws/**/*.ts',
      'local/**/*.ts',
      'lint/**/*.ts',
    ],
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['core/**/*.ts', 'lambdas/**/*.ts', 'lib/**/*.ts'],
    ignores: ['core/environment.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in one file.' },
      ],
    },
  },
  {
    files: ['core/**/*.ts'],
    ignores: ['core/environment.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time is a port.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is a port.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  ...importRules,
);
