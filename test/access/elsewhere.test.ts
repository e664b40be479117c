import assert from "node:assert/strict";

import { Level } from "../../access/model/level";
import { Edit } from "./support/edit";
import { connectTo, dbuser, roleArn } from "./support/faults/fault";
import { urn } from "./support/resources";
import { ACCOUNT, ISSUER, LATER, REGION, RESOURCE_ID } from "./support/stack";
import { changeOf, modelOf } from "./support/summary";

/** What an identity reaches above mere use: `write shop (expected)`, and the chains that the resources rule out. */
function reached(edit: Edit, who: string): string[] {
    const { cells, broken } = modelOf(edit.sketches);
    const own = cells.filter(({ identity, level }) => identity.label === who && level > Level.Use);
    const lines = own.map(({ datum, level, paths }) => {
        const certain = paths.some(({ state }) => state === "holds");
        return `${Level[level].toLowerCase()} ${datum.schema ?? datum.label}${certain ? "" : " (expected)"}`;
    });
    const missing = broken.filter(({ identity }) => identity.label === who).map(({ login }) => `broken: ${login}`);
    return [...new Set([...lines, ...missing])].sort();
}

/** What a preview shows in place of a secret. */
const SECRET = "[secret]";
const deployed = (): Edit => new Edit({ tenants: ["shop"] });
const shop = (edit: Edit): string[] => reached(edit, "shop/shop");
const WRITES = ["write shop"];
const EXPECTED = ["write shop (expected)"];

/** The database's group lists all that it admits. */
const admitting = (edit: Edit, rule: object): Edit =>
    edit
        .remove("ingress", "app-to-database")
        .set("group", "database", { ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, ...rule }] });
const NODE_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const EVERYTHING_OUT = { egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] };
/** The nodes are not EKS' own; the database admits their group alone. */
const selfManaged = (): Edit =>
    admitting(deployed(), { securityGroups: ["sg-nodes"] })
        .remove("nodes", "workers")
        .remove("template", "nodes")
        .add(NODE_GROUP, "nodes", EVERYTHING_OUT, { id: "sg-nodes" });
const launched = { networkInterfaces: [{ securityGroups: ["sg-nodes"] }] };

describe("pods on nodes", () => {
    it("of an autoscaling group whose tags name the cluster carry its launch template's groups", () => {
        const edit = selfManaged()
            .add("aws:ec2/launchTemplate:LaunchTemplate", "own", launched, { id: "lt-own" })
            .add("aws:autoscaling/group:Group", "own", {
                launchTemplate: { id: "lt-own" },
                tags: [{ key: "kubernetes.io/cluster/eks", value: "owned", propagateAtLaunch: true }],
            });
        assert.deepEqual(shop(edit), WRITES);
    });

    it("of a CloudFormation stack carry the groups of the launch configuration that its template names", () => {
        const edit = selfManaged()
            .add(
                "aws:ec2/launchConfiguration:LaunchConfiguration",
                "own",
                { securityGroups: ["sg-nodes"] },
                { id: "lc-own" },
            )
            .add("aws:cloudformation/stack:Stack", "own", {
                templateBody: "LaunchConfigurationName: lc-own\nTags: [{Key: kubernetes.io/cluster/eks, Value: owned}]",
            });
        assert.deepEqual(shop(edit), WRITES);
    });

    it("that Karpenter starts carry the groups that its node class names", () => {
        const nodeClass = (terms: object[]): Edit =>
            selfManaged().add("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", "default", {
                spec: { securityGroupSelectorTerms: terms },
            });
        assert.deepEqual(shop(nodeClass([{ id: "sg-nodes" }])), WRITES);
        assert.deepEqual(shop(nodeClass([{ tags: { "karpenter.sh/discovery": "eks" } }])), EXPECTED);
    });

    it("on Fargate carry the cluster's security group, if a profile selects their namespace", () => {
        const fargate = (namespace: string): Edit =>
            admitting(deployed(), { securityGroups: ["sg-eks"] })
                .set("eks", "eks", { vpcConfig: { clusterSecurityGroupId: "sg-eks" } })
                .add("aws:eks/fargateProfile:FargateProfile", "shop", {
                    clusterName: "eks",
                    selectors: [{ namespace }],
                });
        assert.deepEqual(shop(fargate("sh*")), WRITES);
        assert.deepEqual(shop(fargate("other")), EXPECTED);
    });

    it("that are not among the resources are expected to be admitted by a group that the database names", () => {
        assert.deepEqual(shop(selfManaged()), EXPECTED);
    });

    it("have no way to a database that admits no client at all", () => {
        const edit = selfManaged().set("group", "database", { ingress: [] });
        assert.deepEqual(shop(edit), ["broken: shop_app"]);
    });

    it("carry the groups of a SecurityGroupPolicy that selects all of them, and nothing else", () => {
        const policy = admitting(deployed(), { securityGroups: ["sg-app"] })
            .add(NODE_GROUP, "pods", EVERYTHING_OUT, { id: "sg-pods" })
            .add("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", "shop", {
                metadata: { name: "shop", namespace: "shop" },
                spec: { serviceAccountSelector: {}, securityGroups: { groupIds: ["sg-pods"] } },
            });
        assert.deepEqual(shop(policy), ["broken: shop_app"]);
    });
});

describe("what a network that is not among the resources lets through", () => {
    it("is expected where a rule names a range and the client's subnets are unknown", () => {
        const edit = admitting(deployed(), { cidrBlocks: ["10.0.0.0/16"] }).set("nodes", "workers", {
            subnetIds: ["subnet-elsewhere"],
        });
        assert.deepEqual(shop(edit), EXPECTED);
    });

    it("is expected where the client's group lets out a range and the database's subnets are unknown", () => {
        const out = { protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["10.0.0.0/16"] };
        const edit = deployed()
            .remove("egress", "app-out")
            .set("group", "app", { egress: [out] })
            .set("cluster", "aurora", { dbSubnetGroupName: "elsewhere" });
        assert.deepEqual(shop(edit), EXPECTED);
    });

    it("is expected where the group's rules may be resources of another stack", () => {
        assert.deepEqual(shop(deployed().remove("ingress", "app-to-database")), EXPECTED);
    });

    it("is ruled out for a task in known subnets whose range no rule of the group includes", () => {
        const task = (cidr: string): Edit =>
            admitting(deployed(), { cidrBlocks: [cidr] })
                .add(
                    "aws:iam/role:Role",
                    "api",
                    {
                        name: "api",
                        assumeRolePolicy: JSON.stringify({
                            Version: "2012-10-17",
                            Statement: [
                                {
                                    Effect: "Allow",
                                    Principal: { Service: "ecs-tasks.amazonaws.com" },
                                    Action: "sts:AssumeRole",
                                },
                            ],
                        }),
                    },
                    { outputs: { arn: roleArn("api") } },
                )
                .add("aws:iam/rolePolicy:RolePolicy", "api", {
                    role: "api",
                    policy: connectTo(dbuser(RESOURCE_ID, "shop_app")),
                })
                .add("aws:ecs/taskDefinition:TaskDefinition", "api", { family: "api", taskRoleArn: roleArn("api") })
                .add("aws:ecs/service:Service", "api", {
                    taskDefinition: "api",
                    networkConfiguration: { subnets: ["subnet-private"], securityGroups: ["sg-app"] },
                });
        assert.deepEqual(reached(task("10.20.0.0/16"), "api"), WRITES);
        assert.deepEqual(reached(task("10.99.0.0/16"), "api"), ["broken: shop_app"]);
    });
});

const PROVIDER = "pulumi:providers:postgresql";
const HOST = `aurora-1a2b.cluster-xyz.${REGION}.rds.amazonaws.com`;
const connecting = (host: unknown, more: object = {}): Edit => deployed().set("pgProvider", "main", { host, ...more });

describe("the server that a postgresql provider connects to", () => {
    for (const host of ["localhost", "127.0.0.1", "::1", "10.20.128.7", "db.internal.example"]) {
        it(`is expected to be the only one for ${host}, which may be a tunnel's`, () => {
            assert.deepEqual(shop(connecting(host, { port: "15432" })), EXPECTED);
        });
    }

    it("may be any of several for a tunnel", () => {
        const edit = connecting("localhost").add(
            "aws:rds/cluster:Cluster",
            "second",
            { engine: "aurora-postgresql", iamDatabaseAuthenticationEnabled: true },
            {
                outputs: {
                    clusterResourceId: "cluster-SECOND",
                    endpoint: `second.cluster-xyz.${REGION}.rds.amazonaws.com`,
                },
            },
        );
        assert.deepEqual(shop(edit), EXPECTED);
    });

    it("is another one for a host name that RDS gives another database", () => {
        const other = `other.cluster-xyz.${REGION}.rds.amazonaws.com`;
        assert.deepEqual(shop(connecting(other)), ["write all of aurora (expected)"]);
    });

    it("is the one that a CNAME leads to, also by its zone, in any case and through another record", () => {
        const edit = (host: string): Edit =>
            connecting(host)
                .add("aws:route53/zone:Zone", "internal", { name: "internal.example" }, { id: "Z1" })
                .add("aws:route53/record:Record", "db", {
                    name: "db",
                    type: "CNAME",
                    zoneId: "Z1",
                    records: [`${HOST}.`],
                })
                .add("aws:route53/record:Record", "orders", {
                    name: "orders.example.com",
                    type: "CNAME",
                    records: ["db.internal.example"],
                });
        assert.deepEqual(shop(edit("DB.internal.example")), WRITES);
        assert.deepEqual(shop(edit("orders.example.com")), WRITES);
    });

    it("is the cluster of a custom endpoint, and the database behind a proxy's endpoint", () => {
        const custom = connecting(`app.cluster-custom-xyz.${REGION}.rds.amazonaws.com`).add(
            "aws:rds/clusterEndpoint:ClusterEndpoint",
            "app",
            { clusterIdentifier: "aurora-1a2b", customEndpointType: "ANY" },
            { outputs: { endpoint: `app.cluster-custom-xyz.${REGION}.rds.amazonaws.com` } },
        );
        assert.deepEqual(shop(custom), WRITES);
        const proxied = connecting(`ro.endpoint.proxy-xyz.${REGION}.rds.amazonaws.com`)
            .add("aws:rds/proxy:Proxy", "proxy", { name: "proxy" })
            .add("aws:rds/proxyTarget:ProxyTarget", "proxy", {
                dbProxyName: "proxy",
                dbClusterIdentifier: "aurora-1a2b",
            })
            .add(
                "aws:rds/proxyEndpoint:ProxyEndpoint",
                "ro",
                { dbProxyName: "proxy", targetRole: "READ_ONLY" },
                { outputs: { endpoint: `ro.endpoint.proxy-xyz.${REGION}.rds.amazonaws.com` } },
            );
        assert.deepEqual(shop(proxied), WRITES);
    });

    it("is the one whose name a parameter or a record passes on while it is unknown", () => {
        const passed = (type: string, input: string): Edit =>
            new Edit({ tenants: ["shop"], deployed: false })
                .remove("pgProvider", "main")
                .add(
                    type,
                    "host",
                    { [input]: LATER, type: "CNAME" },
                    {
                        id: undefined,
                        propertyDependencies: { [input]: [urn("aws:rds/cluster:Cluster", "aurora")] },
                    },
                )
                .add(
                    PROVIDER,
                    "main",
                    { host: LATER, username: "keyless_provisioner", database: "app" },
                    {
                        id: undefined,
                        propertyDependencies: { host: [urn(type, "host")] },
                    },
                )
                .add("aws:rds/cluster:Cluster", "other", { engine: "aurora-postgresql" }, { id: undefined });
        assert.deepEqual(shop(passed("aws:ssm/parameter:Parameter", "value")), EXPECTED);
        assert.deepEqual(shop(passed("aws:route53/record:Record", "records")), EXPECTED);
    });
});

describe("a database user that the resources do not declare", () => {
    it("is expected to exist, and may do anything there", () => {
        const edit = deployed().connect("shop", { Resource: dbuser(RESOURCE_ID, "made_by_sql") });
        assert.deepEqual(shop(edit), ["write all of aurora (expected)"]);
    });

    it("is expected to exist where a policy names it in any database or any account", () => {
        for (const arn of [
            dbuser("*", "made_by_sql"),
            dbuser(RESOURCE_ID, "made_by_sql").replace(ACCOUNT, "*"),
            dbuser(RESOURCE_ID, "made_*"),
        ]) {
            const edit = deployed().connect("shop", { Resource: arn });
            assert.deepEqual(shop(edit), ["write all of aurora (expected)"], arn);
        }
        assert.deepEqual(shop(deployed().connect("shop", { Resource: dbuser("cluster-ELSE*", "made_by_sql") })), []);
    });

    it("is expected to exist where a policy names it beside a declared one", () => {
        for (const arn of [dbuser("*", "made_by_sql"), dbuser(RESOURCE_ID, "made_*"), dbuser(RESOURCE_ID, "shop_*")]) {
            const own = deployed().connect("shop", { Resource: [dbuser("*", "shop_app")] });
            const both = deployed().connect("shop", { Resource: [dbuser("*", "shop_app"), arn] });
            assert.deepEqual(changeOf(own.sketches, both.sketches), ["+ shop/shop → aurora: write (wildcard)"], arn);
        }
    });

    it("hides no declared one that nobody reaches", () => {
        const open = (): Edit =>
            new Edit({ tenants: ["shop", "billing"] }).connect("shop", { Resource: dbuser(RESOURCE_ID, "shop_*") });
        const orphaned = open().connect("billing", { Effect: "Deny" });
        assert.ok(
            changeOf(open().sketches, orphaned.sketches).some((line) =>
                line.startsWith("! no identity → billing_app:"),
            ),
        );
    });

    it("is expected to exist where a boundary names it within an open-ended policy", () => {
        const arn = `arn:aws:iam::${ACCOUNT}:policy/limit`;
        for (const user of ["made_by_sql", "made_*"]) {
            const edit = deployed()
                .connect("shop", { Resource: "*" })
                .set("role", "shop", { permissionsBoundary: arn })
                .add(
                    "aws:iam/policy:Policy",
                    "limit",
                    { policy: connectTo(dbuser(RESOURCE_ID, user)) },
                    { outputs: { arn } },
                );
            assert.deepEqual(shop(edit), ["write all of aurora (expected)"], user);
        }
    });

    it("is reached by a group whose members are added elsewhere", () => {
        const policy = connectTo(dbuser(RESOURCE_ID, "shop_app"));
        const group = (edit: Edit): Edit => edit.add("aws:iam/groupPolicy:GroupPolicy", "p", { group: "dba", policy });
        const made = group(deployed().add("aws:iam/group:Group", "dba", { name: "dba" }));
        for (const edit of [made, group(deployed())]) {
            assert.deepEqual(reached(edit, "any user in the group dba"), EXPECTED);
        }
        const member = { user: "ada", groups: ["dba"] };
        made.add("aws:iam/userGroupMembership:UserGroupMembership", "ada", member);
        assert.deepEqual(reached(made, "any user in the group dba"), []);
        assert.deepEqual(reached(made, "IAM user ada"), EXPECTED);
    });

    it("may be the master, of whose memberships nothing is declared", () => {
        const administers = ["administer all of aurora (expected)"];
        for (const arn of [dbuser(RESOURCE_ID, "master"), dbuser("*", "master")]) {
            assert.deepEqual(shop(deployed().connect("shop", { Resource: arn })), administers, arn);
        }
    });

    it("is the master, where its name is secret", () => {
        const [who, ...others] = modelOf(deployed().set("cluster", "aurora", { masterUsername: SECRET }).sketches)
            .cells.filter(({ level }) => level === Level.Administer)
            .map(({ identity, datum }) => `${identity.label}: ${datum.label}`);
        assert.deepEqual([who, others], ["any client with the password of (the master user): all of aurora", []]);
    });

    it("has what other resources grant it by its name", () => {
        assert.deepEqual(shop(deployed().remove("pgRole", "shop_app")), [
            "write all of aurora (expected)",
            "write shop (expected)",
        ]);
    });

    it("is an unnamed one of the database while the policy is unknown and no component holds its login", () => {
        const edit = new Edit({ tenants: ["shop"], deployed: false });
        const root = "urn:pulumi:test::keyless::pulumi:pulumi:Stack::keyless-test";
        edit.sketches = edit.sketches.map((sketch) =>
            sketch.parent === undefined ? sketch : { ...sketch, parent: root },
        );
        assert.deepEqual(shop(edit), ["write all of aurora (expected)"]);
        assert.deepEqual(
            modelOf(edit.sketches).broken.map(({ login }) => login),
            [],
        );
    });

    it("cannot be one of a database whose name stands in place of its resource id", () => {
        const edit = deployed().connect("shop", { Resource: dbuser("aurora-1a2b", "shop_app") });
        assert.deepEqual(shop(edit), ["broken: shop_app"]);
    });

    it("of a database elsewhere is expected there", () => {
        const edit = deployed().connect("shop", { Resource: dbuser("cluster-ELSEWHERE", "reporting") });
        assert.deepEqual(shop(edit), ["write all of cluster-ELSEWHERE (expected)"]);
    });
});

describe("a trust that names a service account and no audience", () => {
    const trusting = (): Edit =>
        deployed().trust("shop", {
            Condition: { StringEquals: { [`${ISSUER}:sub`]: "system:serviceaccount:shop:shop" } },
        });

    it("admits that service account and no other holder of a token", () => {
        const rows = (edit: Edit): string[] => [
            ...new Set(
                modelOf(edit.sketches)
                    .cells.filter(({ identity, level }) => identity.kind !== "password" && level > Level.Use)
                    .map(({ identity }) => identity.label),
            ),
        ];
        assert.deepEqual(rows(trusting()), ["shop/shop"]);
        assert.deepEqual(rows(trusting().set("oidc", "eks", { clientIdLists: ["sts.amazonaws.com", "vault"] })), [
            "shop/shop",
        ]);
        assert.deepEqual(rows(trusting().remove("oidc", "eks")), ["shop/shop"]);
    });
});

describe("a principal whose policies are defined elsewhere", () => {
    it("is expected to connect as some user if it holds a policy of the account that is not among the resources", () => {
        const edit = deployed()
            .remove("rolePolicy", "shop")
            .add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "shop", {
                role: "shop",
                policyArn: `arn:aws:iam::${ACCOUNT}:policy/connect`,
            });
        assert.deepEqual(shop(edit), ["write all of aurora (expected)"]);
    });

    it("is expected to be the one that a login without any identity is for, if it has no policy at all", () => {
        assert.deepEqual(shop(deployed().remove("rolePolicy", "shop")), EXPECTED);
    });
});
