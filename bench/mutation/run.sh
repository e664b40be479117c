#!/bin/sh
# Mutation testing of policy/iam: `sh bench/mutation/run.sh`, or with a list of files (`policy/iam/reach.ts,policy/iam/view.ts`).
# Works in a folder of its own, which it prints; the report is there in mutation.json. A quiet machine takes some ten
# minutes for the whole library. The tests of random documents are left out: they kill little that others don't, slowly.
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
