#!/bin/sh
# Mutation testing of policy/iam: `sh bench/mutation/run.sh`, or with a list of files (`policy/iam/reach.ts,policy/iam/view.ts`).
# Runs in a separate folder, which it prints and which contains the report, mutation.json. An idle machine needs about ten
# minutes for the whole library. The slow tests of random documents are excluded: they kill few additional mutants.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder=${KEYLESS_MUTATION:-$(mktemp -d)}
echo "in $folder"
cp "$root/bench/mutation/package.json" "$root/bench/mutation/stryker.conf.json" "$root/tsconfig.json" "$folder"
rm -rf "$folder/policy" "$folder/test"
mkdir -p "$folder/policy" "$folder/test/policy"
cp -R "$root/policy/iam" "$folder/policy/iam"
cp -R "$root/test/policy/iam" "$folder/test/policy/iam"
rm "$folder/test/policy/iam/agree.test.ts" "$folder/test/policy/iam/trustAgree.test.ts"
echo '{ "timeout": 60000 }' > "$folder/.mocharc.json"
cd "$folder"
npm install --no-audit --no-fund
npx stryker run ${1:+--mutate "$1"}
