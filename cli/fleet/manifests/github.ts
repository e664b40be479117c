import { type Described, parallelIn } from "./described";

/** As in the repository's own workflows. */
export const ACTIONS = {
    checkout: "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
    node: "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
    pulumi: "pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0",
    aws: "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3",
} as const;

/**
 * A workflow that deploys the shards which changed since the last run that deployed all of its own, several at once. It signs in to AWS by
 * OIDC and stores no key; the tag `keyless-fleet/NAME` marks what is deployed.
 */
export function githubWorkflow({ plan, engine }: Described): string {
    const packs = engine.policyPacks.map((pack) => ` --policy-pack ${pack}`).join("");
    const { shards: atOnce, operations } = parallelIn(engine);
    const bound = operations === undefined ? "" : ` --operations ${operations}`;
    const backend =
        engine.backend === undefined ? "" : `\nenv:\n  PULUMI_BACKEND_URL: ${JSON.stringify(engine.backend)}\n`;
    const runsOn = JSON.stringify(engine.runsOn);
    const tag = `keyless-fleet/${plan.name}`;
    return `# Written by \`keyless fleet manifests\`; change the plan instead. Deploys the shards that changed since the tag ${tag}.
# docs/fleet-engines.md says which rights the roles need, and what the environment ${plan.name} protects.
name: fleet ${plan.name}

on:
  push:
    branches: [${JSON.stringify(engine.branch)}]
  workflow_dispatch:
    inputs:
      all:
        description: unchanged shards too, such as after a change of a platform's outputs
        type: boolean
        default: false

permissions: {}

# A run that is under way finishes: its shards are locked.
concurrency:
  group: fleet-${plan.name}
  cancel-in-progress: false
${backend}
defaults:
  run:
    shell: bash # with pipefail, which the default shell lacks
    working-directory: ${JSON.stringify(engine.folder)}

jobs:
  plan:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    outputs:
      matrix: \${{ steps.plan.outputs.matrix }}
      count: \${{ steps.plan.outputs.count }}
    steps:
      - uses: ${ACTIONS.checkout}
        with:
          fetch-depth: 0
          persist-credentials: false
      - uses: ${ACTIONS.node}
        with:
          node-version: 22
          package-manager-cache: false
      - run: npm ci --ignore-scripts
      - id: plan
        env:
          ALL: \${{ inputs.all }}
        run: |
          since=()
          if [ "$ALL" != true ] && git rev-parse --quiet --verify "refs/tags/${tag}^{commit}"; then
            since=(--since "refs/tags/${tag}")
          fi
          matrix=$(npm run --silent keyless -- fleet matrix "\${since[@]}" --json)
          echo "matrix=$matrix" >> "$GITHUB_OUTPUT"
          echo "count=$(jq '.include | length' <<< "$matrix")" >> "$GITHUB_OUTPUT"

  deploy:
    needs: plan
    if: needs.plan.outputs.count != '0'
    name: \${{ matrix.name }}
    strategy:
      # A shard that fails does not stop the others.
      fail-fast: false
      max-parallel: ${atOnce}
      matrix: \${{ fromJSON(needs.plan.outputs.matrix) }}
    # Each role trusts this environment's subject alone; its reviewers, if any, approve the run.
    environment: ${JSON.stringify(plan.name)}
    # In the VPC: the runs connect to the database.
    runs-on: ${runsOn}
    timeout-minutes: 120
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: ${ACTIONS.checkout}
        with:
          persist-credentials: false
      - uses: ${ACTIONS.node}
        with:
          node-version: 22
          package-manager-cache: false
      - run: npm run install:aws
      # Without a command it installs the CLI and does nothing else.
      - uses: ${ACTIONS.pulumi}
      - uses: ${ACTIONS.aws}
        with:
          role-to-assume: \${{ matrix.role }}
          role-session-name: keyless-\${{ github.run_id }}
          aws-region: \${{ matrix.region }}
      - env:
          SHARDS: \${{ matrix.shards }}
        run: |
          read -ra shards <<< "$SHARDS"
          npm run --silent keyless -- fleet up --parallel 1${bound}${packs} "\${shards[@]}"

  # Only this job may write, and it runs no code of the repository.
  record:
    needs: [plan, deploy]
    if: "!cancelled() && needs.plan.result == 'success' && (needs.deploy.result == 'success' || needs.deploy.result == 'skipped')"
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: write
    defaults:
      run:
        working-directory: .
    steps:
      - env:
          GH_TOKEN: \${{ github.token }}
        run: |
          gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/git/refs/tags/${tag}" -f sha="$GITHUB_SHA" -F force=true ||
            gh api --silent -X POST "repos/$GITHUB_REPOSITORY/git/refs" -f ref="refs/tags/${tag}" -f sha="$GITHUB_SHA"
`;
}
