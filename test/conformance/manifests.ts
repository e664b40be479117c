// `npm run conformance:manifests -- --crds DIR`: what others say of the files that `keyless fleet manifests` writes. DIR is deploy/crds of
// https://github.com/pulumi/pulumi-kubernetes-operator. With KUBE_APISERVER and ETCD a real API server creates the operator's objects; with
// ACTIONLINT, https://github.com/rhysd/actionlint reads the workflow, the repository's own and those in the docs.
import { parseArgs } from "node:util";

import { parseAllDocuments } from "yaml";

import type { Described } from "../../cli/fleet/manifests/described";
import { operatorManifest } from "../../cli/fleet/manifests/operator";
import { inLines, quoted } from "../../toolkit/shown";
import { print, tell } from "../../toolkit/terminal";
import { described, shard } from "../cli/fleet/support";
import { linted, workflows } from "./manifests/actionlint";
import { bySchema } from "./manifests/schema";
import { type Manifest, onServer } from "./manifests/server";

const { crds } = parseArgs({ options: { crds: { type: "string" } } }).values;
const { KUBE_APISERVER, ETCD, ACTIONLINT } = process.env;
if (crds === undefined) {
    tell("usage: npm run conformance:manifests -- --crds DIR");
    process.exit(2);
}
const folder = crds;

const whole = described();
/** The longest names that the operator can run, and nothing that can be left out. */
const plain: Described = {
    plan: {
        ...whole.plan,
        name: "b".repeat(20),
        cells: whole.plan.cells.map((cell) => ({ ...cell, securityGroups: [] })),
    },
    engine: { ...whole.engine, backend: undefined, secretsProvider: undefined, namespace: "plain", operations: 8 },
    shards: [shard(`${"b".repeat(20)}-${"c".repeat(17)}-001`, "eu1")],
};
/** Each cell's in a namespace of its own, instead of a cluster of its own. */
const objects = [whole, plain].flatMap((all) =>
    all.plan.cells.flatMap((cell) => {
        const engine = { ...all.engine, namespace: `${all.plan.name}-${cell.name}` };
        return parseAllDocuments(operatorManifest({ ...all, engine }, cell)).map(
            (document) => document.toJS() as Manifest,
        );
    }),
);

async function main(): Promise<number> {
    const findings = [...bySchema(folder, objects)];
    if (KUBE_APISERVER === undefined || ETCD === undefined) {
        print("no API server: set KUBE_APISERVER and ETCD (docs/conformance.md)");
    } else {
        findings.push(...(await onServer(folder, objects)));
    }
    if (ACTIONLINT === undefined) {
        print("no actionlint: set ACTIONLINT to the executable");
    } else {
        findings.push(...workflows([whole, plain]).flatMap((workflow) => linted(ACTIONLINT, workflow)));
    }
    print(inLines([...findings.map(quoted), `${findings.length} findings`]));
    return findings.length === 0 ? 0 : 1;
}

main().then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
        tell(quoted(String(error)));
        process.exitCode = 1;
    },
);
