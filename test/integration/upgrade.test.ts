import assert from "node:assert/strict";
import { join } from "node:path";

import { seedReferencedRoles } from "../../cli/sandbox/rehearsal";
import { ofProject } from "../../cli/command/stackChoice";
import { parseSettings } from "../../config/settings";
import { findEngine } from "../../sandbox/engine";
import { Progress } from "../../toolkit/progress";
import { isRecord } from "../../toolkit/record";
import { run } from "../../sandbox/run";
import { type PlannedResource, shortName } from "../../sandbox/run/events";
import { readStackFile } from "../../toolkit/system/stackFile";
import { type Server, startServer } from "../../sandbox/server";
import { withEmptyState } from "../support/ownState";
import { putRecordedState, recordedDir } from "../support/recordedState";

/** The authority of the recorded server: ConfigMaps hold its certificate. */
const caFile = join(recordedDir, "ca.pem");
const quiet = { progress: new Progress({ write: () => undefined }), interrupt: new AbortController().signal };

/** The steps that replace or delete something. */
function destructive(resources: readonly PlannedResource[]): string[] {
    return resources.filter(({ op }) => /delete|replace/.test(op)).map(({ op, urn }) => `${op} ${shortName(urn)}`);
}

describe("a stack that an earlier version deployed", () => {
    withEmptyState();
    let server: Server;

    before(async () => {
        server = await startServer();
    });
    after(() => server.stop());

    for (const [stack, expected] of [
        // The bastion reaches the network's endpoints alone, where there are any, and no longer all addresses.
        // Its proxy leads to the Kubernetes API as well, which its user data says.
        [
            "everything",
            [
                ...["create-replacement", "replace", "delete-replaced"].map(
                    (op) => `${op} aws:ec2/instance:Instance keyless-bastion`,
                ),
                // The pods' templates name the content of the certificate authorities, so each connection test runs once more.
                ...["returns", "shop"].flatMap((tenant) =>
                    ["create-replacement", "replace", "delete-replaced"].map(
                        (op) => `${op} kubernetes:batch/v1:Job keyless-${tenant}-test`,
                    ),
                ),
                // Sessions do not need it.
                "delete aws:ec2/vpcEndpoint:VpcEndpoint keyless-network-endpoints-ec2messages",
                "delete aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule keyless-bastion-to-aws",
            ],
        ],
        ["application-server", []],
        ["elsewhere", []],
    ] as const) {
        it(`is previewed without a replacement, or a deletion that is not intended: ${stack}`, async () => {
            const recorded = putRecordedState(stack);
            const config = readStackFile(join(recordedDir, `${stack}.yaml`));
            seedReferencedRoles(parseSettings(ofProject(config)), String(config["aws:region"]));
            const { log } = await run("preview", {
                ...quiet,
                stack,
                config,
                server: { ...server, caFile },
                engine: await findEngine(quiet.progress, quiet.interrupt),
            });
            assert.deepEqual([log.errors, destructive(log.resources).sort()], [[], [...expected].sort()]);
            // The state was read: most of it stays as it is.
            assert.ok(log.changes.same > recorded.length / 2, JSON.stringify(log.changes));
        });
    }

    for (const [what, change, expected] of [
        [
            "its database",
            { "keyless:platform": { database: { name: "other" } } },
            /platform\.database\.name = "other"\n +wrong: +the database has app, and AWS/,
        ],
        [
            "all that it has",
            { "keyless:platform": undefined, "keyless:platformStack": "organization/keyless/application-server" },
            /platformStack = .*\n +wrong: +the stack has a platform of its own/,
        ],
    ] as const) {
        it(`is not changed at all by a config that would replace or delete ${what}`, async () => {
            putRecordedState("application-server");
            const config = readStackFile(join(recordedDir, "application-server.yaml"));
            const { log } = await run("up", {
                ...quiet,
                stack: "application-server",
                config: withChange(config, change),
                server: { ...server, caFile },
                engine: await findEngine(quiet.progress, quiet.interrupt),
            });
            assert.match(log.errors.join("\n"), expected);
            assert.equal(log.changed, 0);
            // The engine's own resources, and none of the program's.
            assert.deepEqual(
                log.resources.map(({ type }) => type).filter((type) => !type.startsWith("pulumi:")),
                [],
            );
        });
    }
});

/** The config with other values, of groups only those of the keys that are given. */
function withChange(
    config: Readonly<Record<string, unknown>>,
    change: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
    const merged = Object.entries(change).map(([key, value]) => {
        const before = config[key];
        return [key, isRecord(value) && isRecord(before) ? withChange(before, value) : value] as const;
    });
    return Object.fromEntries(
        Object.entries({ ...config, ...Object.fromEntries(merged) }).filter(([, value]) => value !== undefined),
    );
}
