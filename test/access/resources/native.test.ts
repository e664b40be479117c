import assert from "node:assert/strict";

import { compare } from "../../../access/compare/compare";
import { Level } from "../../../access/model/level";
import { rules } from "../../../policy/policies";
import { Edit } from "../support/edit";
import type { Sketch } from "../support/resources";
import { LATER } from "../support/stack";
import { changeOf, modelOf } from "../support/summary";

/** An aws name's equivalent in aws-native, and the format of its value. */
type Names = Readonly<Record<string, string | readonly [string, (value: never) => unknown]>>;

const keyPolicy = (Effect: string): object => ({
    Statement: [
        { Effect, Principal: { AWS: ["arn:aws:iam::111122223333:root", "*"] }, Action: "kms:*", Resource: "*" },
    ],
});
const parsed = (text: string): unknown => (text === LATER ? text : JSON.parse(text));
const NATIVE: Readonly<Record<string, readonly [type: string, names: Names]>> = {
    "aws:iam/role:Role": [
        "aws-native:iam:Role",
        { name: "roleName", assumeRolePolicy: ["assumeRolePolicyDocument", parsed] },
    ],
    "aws:iam/rolePolicy:RolePolicy": [
        "aws-native:iam:RolePolicy",
        { role: "roleName", policy: ["policyDocument", parsed] },
    ],
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": [
        "aws-native:iam:OidcProvider",
        { clientIdLists: "clientIdList" },
    ],
    "aws:ec2/vpc:Vpc": ["aws-native:ec2:Vpc", {}],
    "aws:ec2/subnet:Subnet": ["aws-native:ec2:Subnet", {}],
    "aws:ec2/securityGroup:SecurityGroup": ["aws-native:ec2:SecurityGroup", {}],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
        "aws-native:ec2:SecurityGroupIngress",
        { securityGroupId: "groupId", referencedSecurityGroupId: "sourceSecurityGroupId" },
    ],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
        "aws-native:ec2:SecurityGroupEgress",
        { securityGroupId: "groupId", cidrIpv4: "cidrIp" },
    ],
    "aws:ec2/launchTemplate:LaunchTemplate": [
        "aws-native:ec2:LaunchTemplate",
        {
            vpcSecurityGroupIds: [
                "launchTemplateData",
                (securityGroupIds) => (securityGroupIds === LATER ? LATER : { securityGroupIds }),
            ],
        },
    ],
    "aws:eks/nodeGroup:NodeGroup": ["aws-native:eks:Nodegroup", { subnetIds: "subnets" }],
    "aws:eks/cluster:Cluster": [
        "aws-native:eks:Cluster",
        {
            identities: [
                "openIdConnectIssuerUrl",
                (value: [{ oidcs: [{ issuer: string }] }]) => value[0].oidcs[0].issuer,
            ],
        },
    ],
    "aws:rds/subnetGroup:SubnetGroup": ["aws-native:rds:DbSubnetGroup", {}],
    "aws:rds/cluster:Cluster": [
        "aws-native:rds:DbCluster",
        {
            iamDatabaseAuthenticationEnabled: "enableIamDatabaseAuthentication",
            arn: "dbClusterArn",
            clusterResourceId: "dbClusterResourceId",
            endpoint: ["endpoint", (address) => ({ address })],
        },
    ],
};

function native(sketch: Sketch): Sketch {
    const [type, names = {}] = NATIVE[sketch.type] ?? [sketch.type];
    const rename = (values: Record<string, unknown> = {}): Record<string, unknown> =>
        Object.fromEntries(
            Object.entries(values).map(([name, value]) => {
                const to = names[name] ?? name;
                return typeof to === "string" ? [to, value] : [to[0], to[1](value as never)];
            }),
        );
    const suppliers = Object.entries(sketch.propertyDependencies ?? {}).map(([name, urns]) => {
        const to = names[name] ?? name;
        const moved = urns.map((urn) =>
            Object.entries(NATIVE).reduce((text, [from, [there]]) => text.replace(`::${from}::`, `::${there}::`), urn),
        );
        return [typeof to === "string" ? to : to[0], moved] as const;
    });
    return {
        ...sketch,
        type,
        inputs: rename(sketch.inputs),
        outputs: rename(sketch.outputs),
        propertyDependencies: Object.fromEntries(suppliers),
    };
}

function linesOf(sketches: readonly Sketch[]): string[] {
    const { cells, broken } = modelOf(sketches);
    const lines = cells.flatMap(({ identity, datum, level, paths }) =>
        paths.map(
            ({ chain }) =>
                `${identity.label} ${Level[level]} ${datum.label}: ${chain.links.map(({ kind, state }) => `${kind} ${state}`).join(", ")}`,
        ),
    );
    return [...lines, ...broken.map(({ identity, login }) => `${identity.label} not ${login}`)].sort();
}

describe("a stack of aws-native", () => {
    for (const deployed of [true, false]) {
        it(`yields the same matrix as the same stack of aws, ${deployed ? "once it is deployed" : "and at its first preview"}`, () => {
            const { sketches } = new Edit({ tenants: ["shop", "billing"], deployed });
            assert.deepEqual(linesOf(sketches.map(native)), linesOf(sketches));
            assert.ok(linesOf(sketches).some((line) => line.startsWith("shop/shop Write shop: tables")));
        });
    }

    it("reports its changes by the program's own types", () => {
        const before = new Edit({ tenants: ["shop", "billing"] });
        const after = new Edit({ tenants: ["shop", "billing"] }).connect("shop", { Resource: "*" });
        assert.deepEqual(changeOf(before.sketches.map(native), after.sketches.map(native)), [
            "+ shop/shop → aurora/app/billing: write (crosses, wildcard)",
            "+ shop/shop → aurora: administer (wildcard, administers)",
        ]);
    });

    it("reads an instance, its proxy and the task that runs as a role, as aws-native has them", () => {
        const arn = "arn:aws:iam::111122223333:role/app";
        const document = (resource: string): object => ({
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "rds-db:connect",
                    Resource: `arn:aws:rds-db:eu-central-1:111122223333:dbuser:${resource}/app`,
                },
            ],
        });
        const trusted = {
            Version: "2012-10-17",
            Statement: [
                { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
        };
        const one = (type: string, name: string, inputs: object, outputs: object = {}, provider?: string): Sketch => ({
            type,
            name,
            id: name,
            inputs: { ...inputs },
            outputs: { ...inputs, ...outputs },
            provider,
        });
        const instance = {
            engine: "postgres",
            engineVersion: "16.6",
            dbName: "app",
            masterUsername: "m",
            enableIamDatabaseAuthentication: true,
            vpcSecurityGroups: ["sg-1"],
            port: "5432",
        };
        const stack = [
            one("aws-native:rds:DbInstance", "db", instance, {
                dbiResourceId: "db-ABCDEFGHIJKL",
                dbInstanceArn: "arn:aws:rds:eu-central-1:111122223333:db:db",
                endpoint: { address: "db.example", port: "5432" },
            }),
            one(
                "aws-native:rds:DbProxy",
                "proxy",
                { dbProxyName: "proxy", vpcSecurityGroupIds: ["sg-2"] },
                { dbProxyArn: "arn:aws:rds:eu-central-1:111122223333:db-proxy:prx-0123", endpoint: "proxy.example" },
            ),
            one("aws-native:rds:DbProxyTargetGroup", "target", { dbProxyName: "proxy", dbInstanceIdentifiers: ["db"] }),
            one(
                "aws-native:iam:Role",
                "app",
                {
                    roleName: "app",
                    assumeRolePolicyDocument: trusted,
                    policies: [{ policyDocument: document("prx-0123") }],
                },
                { arn },
            ),
            one(
                "aws-native:ecs:TaskDefinition",
                "app",
                { family: "app", taskRoleArn: arn },
                { taskDefinitionArn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/app:1" },
            ),
            one("pulumi:providers:postgresql", "pg", { host: "db.example", username: "m", database: "app" }),
            one(
                "postgresql:index/role:Role",
                "app",
                { name: "app", login: true, roles: ["rds_iam"] },
                {},
                "urn:pulumi:test::keyless::pulumi:providers:postgresql::pg",
            ),
        ];
        const { cells } = modelOf(stack);
        const texts = cells
            .filter(({ identity }) => identity.kind === "task")
            .flatMap(({ paths }) => paths.flatMap(({ chain }) => chain.links.map(({ text }) => text)));
        assert.deepEqual([...new Set(texts)].slice(0, 3), [
            "aws-native:TaskDefinition app runs as aws-native:Role app",
            "the trust of aws-native:Role app admits ecs-tasks.amazonaws.com",
            "aws-native:Role app may connect to prx-0123 as app",
        ]);
    });

    it("has no type that the policy pack reads and the proof does not", () => {
        const types = [...new Set(rules.flatMap((rule) => [...(rule.types ?? [])]))].filter((type) =>
            type.startsWith("aws-native:"),
        );
        assert.ok(types.length > 25);
        const { unread } = modelOf(types.map((type) => ({ type, name: "it", inputs: { requireTls: true } })));
        assert.deepEqual(
            unread.map(({ what }) => what),
            [],
        );
    });

    it("reports parameters, keys and copies of databases as aws' own types do", () => {
        const { unread } = modelOf([
            {
                type: "aws-native:rds:DbParameterGroup",
                name: "open",
                inputs: { parameters: { "rds.force_ssl": "0", work_mem: "1" } },
            },
            {
                type: "aws-native:rds:DbClusterParameterGroup",
                name: "fine",
                inputs: { parameters: { work_mem: "1", "rds.force_ssl": 1 } },
            },
            { type: "aws-native:kms:Key", name: "open", inputs: { keyPolicy: keyPolicy("Allow") } },
            { type: "aws-native:kms:Key", name: "closed", inputs: { keyPolicy: keyPolicy("Deny") } },
            { type: "aws-native:kms:Key", name: "fine", inputs: {} },
            {
                type: "aws-native:logs:SubscriptionFilter",
                name: "rds",
                inputs: { logGroupName: "/aws/rds/x", destinationArn: "arn" },
            },
            {
                type: "aws-native:logs:SubscriptionFilter",
                name: "app",
                inputs: { logGroupName: "/app", destinationArn: "arn" },
            },
            {
                type: "aws-native:eks:Addon",
                name: "csi",
                inputs: { addonName: "aws-ebs-csi-driver", serviceAccountRoleArn: "arn" },
            },
            { type: "aws-native:eks:Addon", name: "dns", inputs: { addonName: "coredns" } },
            { type: "aws-native:rds:DbInstance", name: "copy", inputs: { dbSnapshotIdentifier: "snap" } },
            { type: "aws-native:rds:DbCluster", name: "copy", inputs: { sourceDbClusterIdentifier: "other" } },
            { type: "aws-native:rds:DbInstance", name: "replica", inputs: { sourceDbClusterIdentifier: "other" } },
            { type: "aws-native:rds:DbCluster", name: "shown", inputs: { masterUserPassword: "pw" } },
            {
                type: "aws-native:rds:DbProxyTargetGroup",
                name: "acts",
                inputs: { connectionPoolConfigurationInfo: { initQuery: "SET ROLE admin" } },
            },
        ]);
        assert.deepEqual(
            unread.map(({ what, name }) => `${what}: ${name}`),
            [
                "aws-native:rds:DbParameterGroup that sets rds.force_ssl: open",
                "aws-native:kms:Key that everybody may use: open",
                "aws-native:logs:SubscriptionFilter of a database's log: rds",
                "aws-native:eks:Addon with a role: csi",
                "aws-native:rds:DbInstance that begins as a copy of another's data: copy",
                "aws-native:rds:DbCluster that begins as a copy of another's data: copy",
                "aws-native:rds:DbInstance that begins as a copy of another's data: replica",
                "aws-native:rds:DbCluster with a master password that the program shows: shown",
                "aws-native:rds:DbProxyTargetGroup with a statement for each session: acts",
            ],
        );
    });

    it("takes an instance at a point in time of another for a database of its own", () => {
        const copy = (more: object): string[] => {
            const inputs = { sourceDbInstanceIdentifier: "first", engine: "postgres", ...more };
            const { servers } = modelOf([
                { type: "aws-native:rds:DbInstance", name: "first", id: "first", inputs: { engine: "postgres" } },
                { type: "aws-native:rds:DbInstance", name: "copy", inputs },
            ]);
            return servers.map(({ server }) => server.key);
        };
        assert.deepEqual(copy({}), ["first"]);
        assert.deepEqual(copy({ useLatestRestorableTime: false }), ["first"]);
        assert.deepEqual(copy({ useLatestRestorableTime: true }), ["first", "copy"]);
        assert.deepEqual(copy({ restoreTime: "2026-11-01T00:00:00Z" }), ["first", "copy"]);
    });

    it("reports what a launch template runs on nodes", () => {
        const launching = (more: object): Edit =>
            new Edit({ tenants: ["shop"] })
                .remove("template", "nodes")
                .add("aws-native:ec2:LaunchTemplate", "nodes", { launchTemplateData: more }, { id: "lt-1" });
        const before = modelOf(launching({}).sketches);
        for (const name of ["imageId", "userData", "keyName"]) {
            const { openings } = compare(before, modelOf(launching({ [name]: "x" }).sketches));
            assert.match(openings.join(), new RegExp(`^${name} of aws:NodeGroup workers decides what runs`));
        }
    });

    it("places pods on Fargate and on nodes of an autoscaling group, and follows a record to its database", () => {
        const host = "aurora-1a2b.cluster-xyz.eu-central-1.rds.amazonaws.com";
        const edit = new Edit({ tenants: ["shop"] })
            .remove("nodes", "workers")
            .remove("template", "nodes")
            .add("aws-native:ec2:LaunchTemplate", "nodes", {
                launchTemplateData: { networkInterfaces: [{ groups: ["sg-app"] }] },
            })
            .add("aws-native:autoscaling:AutoScalingGroup", "workers", {
                launchTemplate: { launchTemplateId: "nodes", version: "1" },
                vpcZoneIdentifier: ["subnet-private"],
                tags: [{ key: "kubernetes.io/cluster/eks", value: "owned" }],
            })
            .add("aws-native:eks:FargateProfile", "jobs", {
                clusterName: "eks",
                subnets: ["subnet-private"],
                selectors: [{ namespace: "shop" }],
            })
            .add("aws-native:route53:RecordSet", "db", {
                name: "db.internal",
                type: "CNAME",
                resourceRecords: [host],
            })
            .set("pgProvider", "main", { host: "db.internal" });
        const { cells, unread } = modelOf(edit.sketches);
        const texts = cells
            .filter(({ identity }) => identity.label === "shop/shop")
            .flatMap(({ paths }) =>
                paths.map(({ state, chain }) => [state, ...chain.links.map(({ text }) => text)].join("; ")),
            );
        assert.ok(
            texts.some((text) => /^holds;.*pods on the nodes of workers may reach port 5432/.test(text)),
            texts.join("\n"),
        );
        assert.deepEqual(unread, []);
    });
});
