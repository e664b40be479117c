import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

import { projectDir } from "../../toolkit/paths";

describe("the preload", () => {
    it("loads what libraries rarely use when it is first looked at", () => {
        const { status, stdout, stderr } = spawnSync(
            process.execPath,
            ["--require", "./toolkit/preload.cjs", "--eval", PROGRAM],
            { cwd: projectDir, encoding: "utf8" },
        );
        assert.equal(status, 0, stderr);
        assert.deepEqual(JSON.parse(stdout), {
            imported: [],
            used: ["function", "function", "function"],
            after: ["typescript", "@npmcli/arborist", "normalize-package-data", "kubernetes/helm", "zod/v4/locales"],
        });
    });

    it("loads a service of a provider's SDK when it is used, or a resource of it is referred to", () => {
        const { status, stdout, stderr } = spawnSync(
            process.execPath,
            ["--require", "./toolkit/preload.cjs", "--eval", SERVICES],
            { cwd: projectDir, encoding: "utf8" },
        );
        assert.equal(status, 0, stderr);
        assert.deepEqual(JSON.parse(stdout), {
            imported: [],
            used: "function",
            afterUse: ["aws/iam"],
            reference: "function",
            afterReference: ["aws/iam", "aws/ec2"],
        });
    });

    it("finds the class of every reference that the SDKs know, in whatever order", () => {
        const { status, stdout, stderr } = spawnSync(
            process.execPath,
            ["--require", "./toolkit/preload.cjs", "--eval", REFERENCES],
            { cwd: projectDir, encoding: "utf8" },
        );
        assert.equal(status, 0, stderr);
        const { aws, kubernetes } = JSON.parse(stdout) as Record<
            "aws" | "kubernetes",
            { known: number; without: string[] }
        >;
        assert.deepEqual([aws.without, kubernetes.without], [[], []]);
        assert.ok(aws.known > 1000 && kubernetes.known > 50, stdout);
    });
});

const PROGRAM = `
const { runtime } = require("@pulumi/pulumi");
const kubernetes = require("@pulumi/kubernetes");
const { z } = require("zod");
const rare = ["typescript", "@npmcli/arborist", "normalize-package-data", "kubernetes/helm", "zod/v4/locales"];
const loaded = () => rare.filter((name) => Object.keys(require.cache).some((path) => path.includes("/" + name + "/") && !path.endsWith("/en.cjs")));
require("node:module")._load("typescript", { filename: "C:/x/node_modules/@pulumi/pulumi/a.js".replaceAll("/", "\\\\") });
const imported = loaded();
const used = [typeof kubernetes.helm.v3.Chart, typeof z.locales.de, undefined];
Promise.all([runtime.computeCodePaths(), runtime.serializeFunction(() => 1)]).then(([paths]) => {
    used[2] = typeof paths.get;
    console.log(JSON.stringify({ imported, used, after: loaded() }));
});
`;

const SERVICES = `
const { getResourceModule } = require("@pulumi/pulumi/runtime/rpc");
const aws = require("@pulumi/aws");
const kubernetes = require("@pulumi/kubernetes");
const services = ["aws/iam", "aws/ec2", "aws/s3", "kubernetes/core"];
const loaded = () => services.filter((name) => Object.keys(require.cache).some((path) => path.replaceAll("\\\\", "/").includes("@pulumi/" + name + "/")));
const imported = loaded();
const used = typeof aws.iam.Role;
const afterUse = loaded();
const reference = typeof getResourceModule("aws", "ec2/vpc").construct;
console.log(JSON.stringify({ imported, used, afterUse, reference, afterReference: loaded() }));
`;

// What each SDK registers, read from its files; the later ones first, since a service that is loaded may load others.
const REFERENCES = `
const { readFileSync, readdirSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { getResourceModule } = require("@pulumi/pulumi/runtime/rpc");
const filesIn = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? (entry.name === "node_modules" ? [] : filesIn(join(folder, entry.name))) : entry.name === "index.js" ? [join(folder, entry.name)] : []);
const report = (sdk) => {
    const name = ["@pulumi", sdk].join("/");
    const folder = dirname(require.resolve(name));
    const texts = filesIn(folder).map((file) => readFileSync(file, "utf8"));
    const known = texts.flatMap((text) => [...text.matchAll(/registerResourceModule\\("[^"]+", "([^"]+)"/g)].map(([, key]) => key));
    require(name);
    const without = known.reverse().filter((key) => getResourceModule(sdk, key) === undefined);
    return { known: known.length, without };
};
console.log(JSON.stringify({ aws: report("aws"), kubernetes: report("kubernetes") }));
`;
