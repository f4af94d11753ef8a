/** What a command needs before it can run. */
export type Need =
  /** A release of the local runtime waits for its approval. */
  | 'waiting'
  /** A release of the local runtime is released and sealed. */
  | 'released'
  /** The database behind `docker exec` and `$DATABASE_URL` is the fresh fixture. */
  | 'fresh'
  /** The same, released by hand. */
  | 'released by hand'
  /** The same, with tiers 0 to 6 run by hand, not sealed. */
  | 'tiers by hand';

/** How the test treats a command of the documents. */
export type Treatment =
  | {
      /** Exit code that it must end with. */
      readonly exit: number;
      readonly needs?: Need;
      /** What it must print, as the document says. */
      readonly prints?: RegExp;
      /** Flags that direct a command for AWS to the local runtime, and answer what it would ask at the terminal. */
      readonly append?: string;
    }
  | { readonly startedOnce: true }
  /** Run by `.ci/run`, word for word. */
  | { readonly inCi: true }
  /** Cannot run here. */
  | { readonly cannot: 'needs an AWS account' | 'needs a Docker engine' | 'is for root on the server' };

const complete = /^ROLLOUT COMPLETE — ALL TIERS PASSED$/m;
const undone = /^FULL ROLLBACK OK: ownership=0 gap=210 axis=absent$/m;
/** A path for each of the fifteen programs, and no line that begins with "missing". */
const everyProgram = /^(\/\S+\n){20}$/;

/** Every kind of command in the documents. The first pattern that matches decides. */
export const rules: readonly (readonly [RegExp, Treatment])[] = [
  [/^npm (ci|test|run demo)$/, { inCi: true }],
  [/^npx cdk synth -q$/, { inCi: true }],
  [/^npx cdk (bootstrap|deploy)\b/, { cannot: 'needs an AWS account' }],
  [/^(\w+=\$\()?aws /, { cannot: 'needs an AWS account' }],
  [/^export AWS_REGION=/, { cannot: 'needs an AWS account' }],
  [/^SETUP=\$\(mktemp -d\)$/, { cannot: 'is for root on the server' }],
  [/^(curl|chmod) .*ssm-setup-cli/, { cannot: 'is for root on the server' }],
  [/^"\$SETUP\/ssm-setup-cli" -register/, { cannot: 'is for root on the server' }],
  [/^docker ps /, { cannot: 'needs a Docker engine' }],

  [/^npx one-roof (plan|--help|check)$/, { exit: 0 }],
  [/^npx one-roof new-tier /, { exit: 0 }],
  [/^npx one-roof new-package /, { exit: 0 }],
  [/^npx one-roof (check|run --local) --package \S+( --apr \S+)?$/, { exit: 0 }],
  [/^npm run update$/, { exit: 0 }],
  [/^echo '.*' > F\.sql$/, { exit: 0 }],
  [/^npx one-roof gate --local$/, { exit: 0 }],
  // Nobody is at the terminal who could type the code.
  [/^npx one-roof run --local$/, { exit: 0, append: ' --apr APR-BOOT-AUTHMODEL-1' }],
  [/^npx one-roof run --local --apr \S+ --prepare F\.sql$/, { exit: 10 }],
  [/^npx one-roof run --local --apr \S+$/, { exit: 0 }],
  [/^npx one-roof rehearse --local$/, { exit: 0 }],
  [/^npx one-roof drift --url "\$DATABASE_URL"$/, { exit: 0, needs: 'fresh' }],
  [/^npx one-roof (gate|rehearse) --url "\$DATABASE_URL"$/, { exit: 0, needs: 'fresh' }],

  [/^npx one-roof local$/, { startedOnce: true }],
  [/^npx one-roof start$/, { exit: 0, append: ' --local' }],
  [/^npx one-roof approve --apr \S+$/, { exit: 0, needs: 'waiting', append: ' --local --yes' }],
  [/^npx one-roof reject --reason '.*'$/, { exit: 0, needs: 'waiting', append: ' --local' }],
  [/^npx one-roof stop$/, { exit: 0, needs: 'waiting', append: ' --local --yes' }],
  [
    /^npx one-roof (status|watch|list|history|report|report --print)$/,
    { exit: 0, needs: 'released', append: ' --local' },
  ],
  [/^npx one-roof (report|watch) "\$RUN"$/, { exit: 0, needs: 'released', append: ' --local' }],
  [/^npx one-roof report "\$RUN" --bucket "\$BUCKET"$/, { cannot: 'needs an AWS account' }],
  [/^npx one-roof verify-report .*\/"\$RUN"( --head "\$HEAD")?$/, { exit: 0, needs: 'released' }],
  [/^npx one-roof verify-report .*\/"\$RUN" --key "\$PUBLIC_KEY"$/, { exit: 0, needs: 'released' }],
  [/^npx one-roof verify-report .*\/"\$RUN" --history$/, { exit: 0, needs: 'released', append: ' --local' }],
  [/^npx one-roof verify-report .*\/"\$RUN" --bucket "\$BUCKET"$/, { cannot: 'needs an AWS account' }],
  [/^npx one-roof status --url "\$DATABASE_URL"$/, { exit: 0, needs: 'fresh' }],
  [/^npx one-roof rollback --url "\$DATABASE_URL"$/, { exit: 0, needs: 'fresh', append: ' --yes' }],
  [/^npx one-roof rollback( .*)?$/, { exit: 0, needs: 'released', append: ' --local --yes' }],

  [/^ONE_ROOF_PSQL='ssh contabo docker exec .*' sh sql\/gate_monitor\/gate_check\.sh$/, { exit: 0, needs: 'fresh' }],
  [/^npx one-roof bundle > ~\/one-roof\.sql$/, { exit: 0 }],
  [
    /^set -o pipefail; ssh contabo "docker exec .* -f -" < ~\/one-roof\.sql 2>&1 \| tee ~\/rollout_/,
    { exit: 0, needs: 'fresh', prints: complete },
  ],
  [
    /^set -o pipefail; ssh contabo "docker exec .* -f -" < sql\/final_rollback_copy\/99_rollback_full\.sql 2>&1 \| tee ~\//,
    { exit: 0, needs: 'tiers by hand', prints: undone },
  ],
  [
    /^set -o pipefail; ssh contabo "docker exec .* -f -" < sql\/final_rollback_copy\/per_tier_rollback\.sql 2>&1 \| tee ~\//,
    { exit: 0, needs: 'tiers by hand', prints: /^tier 6 rolled back$/m },
  ],
  [/^ssh contabo "docker exec .* -f -" < sql\/final_verify_copy\/\w+\.sql$/, { exit: 0, needs: 'released by hand' }],
  [/^docker exec postgres psql /, { exit: 0, needs: 'fresh' }],
  [/^docker exec postgres sh /, { exit: 0, needs: 'fresh', prints: everyProgram }],
];

/** The rule for a command. */
export function ruleFor(command: string): (typeof rules)[number] | undefined {
  return rules.find(([pattern]) => pattern.test(command));
}
