import assert from "node:assert/strict";
import { CustomResource, ProviderResource } from "@pulumi/pulumi";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { PolicyEngine } from "../support/policy-engine";
import type { Outcome } from "../support/policy-engine";

/** A resource of any type: its provider accepts all arguments (test/support/echo-provider.ts). */
class Any extends CustomResource {
    declare readonly clusterResourceId: Output<string>;
    declare readonly arn: Output<string>;

    constructor(type: string, name: string, props: Record<string, unknown>, options?: CustomResourceOptions) {
        super(type, name, { clusterResourceId: undefined, arn: undefined, ...props }, options);
    }
}

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/A1";
const trust = (condition: object): string =>
    JSON.stringify({
        Version: "2012-10-17",
        Statement: [
            {
                Effect: "Allow",
                Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: condition,
            },
        ],
    });
const aud = { [`${issuer}:aud`]: "sts.amazonaws.com" };
const arn = (id: string, user: string): string => `arn:aws:rds-db:eu-central-1:111122223333:dbuser:${id}/${user}`;
const document = (resource: unknown): object => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: resource }],
});

/** The arguments of a compliant database; each change breaks one of them. */
const cluster = {
    engine: "aurora-postgresql",
    engineVersion: "17.4",
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    deletionProtection: true,
    enabledCloudwatchLogsExports: ["iam-db-auth-error"],
};

/** The changes to a compliant program; each violates one rule. */
interface Change {
    readonly policy?: (id: Output<string>) => unknown;
    readonly trust?: object;
    readonly cluster?: object;
    readonly member?: object;
    readonly rule?: object;
    readonly route?: object;
    readonly role?: object;
    readonly secret?: object;
}

function program(change: Change): () => Promise<void> {
    return async () => {
        const group = new Any("aws:ec2/securityGroup:SecurityGroup", "tier", {});
        const subnet = new Any("aws:ec2/subnet:Subnet", "isolated", {});
        const table = new Any("aws:ec2/routeTable:RouteTable", "table", {});
        new Any("aws:ec2/routeTableAssociation:RouteTableAssociation", "association", {
            subnetId: subnet.id,
            routeTableId: table.id,
        });
        new Any("aws:ec2/route:Route", "route", {
            routeTableId: table.id,
            destinationCidrBlock: "10.9.0.0/16",
            vpcPeeringConnectionId: "pcx-1",
            ...change.route,
        });
        const subnets = new Any("aws:rds/subnetGroup:SubnetGroup", "subnets", { subnetIds: [subnet.id] });
        const database = new Any("aws:rds/cluster:Cluster", "database", {
            ...cluster,
            vpcSecurityGroupIds: [group.id],
            dbSubnetGroupName: subnets.id,
            ...change.cluster,
        });
        new Any("aws:rds/clusterInstance:ClusterInstance", "member", { engine: "aurora-postgresql", ...change.member });
        new Any("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", {
            securityGroupId: group.id,
            referencedSecurityGroupId: "sg-app",
            ...change.rule,
        });
        new Any("aws:iam/role:Role", "role", {
            assumeRolePolicy: trust(
                change.trust ?? { StringEquals: { ...aud, [`${issuer}:sub`]: "system:serviceaccount:shop:shop" } },
            ),
        });
        const policy =
            change.policy ??
            ((id: Output<string>) => id.apply((known) => JSON.stringify(document(arn(known, "shop")))));
        new Any("aws:iam/rolePolicy:RolePolicy", "policy", { policy: policy(database.clusterResourceId) });
        new Any("postgresql:index/role:Role", "login", {
            name: "shop",
            login: true,
            roles: ["rds_iam"],
            ...change.role,
        });
        new Any("kubernetes:core/v1:Secret", "secret", { stringData: { token: "x" }, ...change.secret });
    };
}

/** A violation, the rule that refuses it, the resource that it names, and whether it is refused before creation. */
const changes: readonly (readonly [rule: string, resource: string, before: boolean, change: Change])[] = [
    ["rds-db-wildcard", "policy", true, { policy: () => JSON.stringify(document("*")) }],
    [
        "rds-db-wildcard",
        "policy",
        true,
        { policy: (id) => document([id.apply((known) => arn(known, "shop")), arn("cluster-ABC", "*")]) },
    ],
    ["rds-db-arn", "policy", true, { policy: () => JSON.stringify(document(arn("shop-cluster", "shop"))) }],
    ["role-trust", "role", true, { trust: { StringEquals: aud } }],
    ["database-public", "member", true, { member: { publiclyAccessible: true } }],
    ["database-ingress", "rule", false, { rule: { referencedSecurityGroupId: undefined, cidrIpv4: "10.0.0.0/8" } }],
    [
        "database-subnets",
        "route",
        false,
        { route: { vpcPeeringConnectionId: undefined, destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" } },
    ],
    ["database-iam-authentication", "database", true, { cluster: { iamDatabaseAuthenticationEnabled: false } }],
    ["database-iam-errors", "database", true, { cluster: { enabledCloudwatchLogsExports: ["postgresql"] } }],
    ["database-tls", "database", false, { cluster: { engineVersion: "16.9" } }],
    ["database-encryption", "database", true, { cluster: { storageEncrypted: false } }],
    ["database-deletion-protection", "database", true, { cluster: { deletionProtection: undefined } }],
    ["database-password", "secret", true, { secret: { stringData: { DB_PASSWORD: "x" } } }],
    ["database-role", "login", true, { role: { superuser: true } }],
    ["database-role", "login", false, { role: { roles: [] } }],
];

/** A rule over a document with an unknown part, over plain arguments, over the whole stack, and over both. */
const ofEachKind = new Set(["rds-db-wildcard", "database-public", "database-ingress", "database-role"]);

/** A provider of any package. */
class AnyProvider extends ProviderResource {}

/** Resources of the same program configure the providers, so a first preview knows none of their outputs. */
async function configuredLater(): Promise<void> {
    const deployer = new Any("aws:iam/role:Role", "deployer", {
        assumeRolePolicy: trust({ StringEquals: { ...aud, [`${issuer}:sub`]: "system:serviceaccount:shop:shop" } }),
    });
    const provider = new AnyProvider("aws", "other", { assumeRoles: [{ roleArn: deployer.arn }] });
    const ingress = [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/0"] }];
    const group = new Any("aws:ec2/securityGroup:SecurityGroup", "open", { ingress }, { provider });
    const off = new Any(
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "off",
        { parameters: [{ name: "rds.force_ssl", value: "0" }] },
        { provider },
    );
    const database = new Any(
        "aws:rds/cluster:Cluster",
        "database",
        { ...cluster, vpcSecurityGroupIds: [group.id], dbClusterParameterGroupName: off.id },
        { provider },
    );
    const server = new AnyProvider("postgresql", "server", { host: database.arn });
    new Any("postgresql:index/role:Role", "login", { name: "shop", login: true }, { provider: server });
    new Any(
        "postgresql:index/role:Role",
        "emergency",
        { name: "break_glass", login: true, roles: ["rds_iam"] },
        { provider: server },
    );
}

/** A policy that is only a boundary, and one that is attached. */
async function attached(): Promise<void> {
    const boundary = new Any("aws:iam/policy:Policy", "boundary", {
        name: "boundary",
        policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    });
    new Any("aws:iam/role:Role", "limited", { permissionsBoundary: boundary.arn });
    const wide = new Any("aws:iam/policy:Policy", "wide", { name: "wide", policy: document("*") });
    new Any("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", { policyArn: wide.arn });
}

/** The findings of a run, by level, rule and resource. */
function found(outcome: Outcome): string[] {
    return outcome.policy
        .map(
            ({ enforcementLevel, policyName, resourceUrn }) =>
                `${enforcementLevel} ${policyName} ${resourceUrn?.split("::").at(-1) ?? ""}`,
        )
        .sort();
}

describe("the policy pack in the real engine", () => {
    let engine: PolicyEngine;
    before(() => {
        engine = new PolicyEngine();
    });
    after(() => engine.close());

    it("passes a compliant program, and reports at preview what is unproven", async () => {
        const stack = await engine.stack(program({}));
        const preview = await engine.run(stack, "preview");
        assert.deepEqual(
            [preview.succeeded, found(preview)],
            [true, ["advisory rds-db-wildcard policy"]],
            preview.text,
        );
        const up = await engine.run(stack, "up");
        assert.deepEqual([up.succeeded, found(up)], [true, []], up.text);
    });

    it("reports the violations of all rules at once at preview: no finding hides another", async () => {
        const all = Object.assign({}, ...changes.map(([, , , change]) => change).reverse()) as Change;
        const worst = {
            ...all,
            cluster: Object.assign({}, ...changes.map(([, , , { cluster }]) => cluster)) as object,
            role: { superuser: true, roles: [] },
        };
        const preview = await engine.run(await engine.stack(program(worst)), "preview");
        const expected = new Set(changes.map(([rule, resource]) => `mandatory ${rule} ${resource}`));
        // One document cannot violate two rules at once; the wildcard has precedence.
        expected.delete("mandatory rds-db-arn policy");
        assert.deepEqual(
            [preview.succeeded, [...new Set(found(preview))]],
            [false, [...expected].sort()],
            preview.text,
        );
    });

    for (const [rule, resource, before, change] of changes.filter(([rule]) => ofEachKind.has(rule))) {
        const title = JSON.stringify(change, (_, value: unknown) =>
            typeof value === "function" ? "a document" : (value ?? null),
        );
        it(`refuses by ${rule} at up${before ? " before the resource is created" : ""}: ${title}`, async () => {
            const up = await engine.run(await engine.stack(program(change)), "up");
            assert.deepEqual(
                [up.succeeded, [...new Set(found(up))]],
                [false, [`mandatory ${rule} ${resource}`]],
                up.text,
            );
            assert.equal(
                up.created.some((urn) => urn.endsWith(`::${resource}`)),
                !before,
                up.text,
            );
        });
    }

    it("checks at up, before the resource is created, what was not known at preview", async () => {
        const stack = await engine.stack(
            program({ policy: (id) => id.apply((known) => JSON.stringify(document(arn(known, "*")))) }),
        );
        const preview = await engine.run(stack, "preview");
        assert.deepEqual(
            [preview.succeeded, found(preview)],
            [true, ["advisory rds-db-wildcard policy"]],
            preview.text,
        );
        const up = await engine.run(stack, "up");
        assert.deepEqual([up.succeeded, found(up)], [false, ["mandatory rds-db-wildcard policy"]], up.text);
        assert.ok(!up.created.some((urn) => urn.endsWith("::policy")), up.text);
    });

    it("refuses at a first preview certain violations of resources whose providers are not configured yet", async () => {
        const preview = await engine.run(await engine.stack(configuredLater), "preview");
        const expected = [
            "advisory database-subnets database",
            "mandatory database-ingress open",
            "mandatory database-role emergency",
            "mandatory database-role login",
            "mandatory database-tls database",
        ];
        assert.deepEqual([preview.succeeded, found(preview)], [false, expected], preview.text);
    });

    it("exempts a permissions boundary, and refuses a wide policy before a resource attaches it", async () => {
        const stack = await engine.stack(attached);
        const preview = await engine.run(stack, "preview");
        assert.deepEqual(
            [preview.succeeded, found(preview)],
            [false, ["mandatory rds-db-wildcard wide"]],
            preview.text,
        );
        const up = await engine.run(stack, "up");
        assert.deepEqual([up.succeeded, found(up)], [false, ["mandatory rds-db-wildcard attachment"]], up.text);
        const created = up.created.map((urn) => urn.split("::").at(-1));
        assert.ok(created.includes("wide") && !created.includes("attachment"), up.text);
    });

    it("lets an organisation configure unproven findings, levels and exemptions", async () => {
        const stack = await engine.stack(program({}));
        const strict = await engine.run(stack, "preview", { "rds-db-wildcard": { unproven: "mandatory" } });
        assert.deepEqual([strict.succeeded, found(strict)], [false, ["mandatory rds-db-wildcard policy"]], strict.text);
        const wide = await engine.stack(program({ policy: () => JSON.stringify(document("*")) }));
        const lenient = await engine.run(wide, "preview", { "rds-db-wildcard": "advisory" });
        assert.deepEqual(
            [lenient.succeeded, found(lenient)],
            [true, ["advisory rds-db-wildcard policy"]],
            lenient.text,
        );
        const exempt = await engine.run(wide, "preview", { "rds-db-wildcard": { exempt: ["pol*"] } });
        assert.deepEqual([exempt.succeeded, found(exempt)], [true, []], exempt.text);
    });

    it("rejects an invalid parameter of a rule before anything runs", async () => {
        const stack = await engine.stack(program({}));
        const outcome = await engine.run(stack, "preview", { "rds-db-wildcard": { exempt: "all" } });
        assert.ok(!outcome.succeeded && outcome.text.includes("exempt"), outcome.text);
    });

    it("names the resource, the statement, a counterexample and the fix in two lines", async () => {
        const stack = await engine.stack(program({ policy: () => JSON.stringify(document("*")) }));
        const outcome = await engine.run(stack, "preview");
        assert.deepEqual(
            outcome.policy.map(({ message }) => message.trimEnd()),
            [
                `policy: statement 0 of policy allows rds-db:connect on "*", which includes ${arn("cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "postgres")}\n  fix: name each database user by its ARN, as in ${arn("cluster-<id>", "<user>")}`,
            ],
        );
    });
});
