import assert from "node:assert/strict";

import type { Foreseen, Foresight } from "../../deployer/foresight";
import { deployerPolicies, type Connection } from "../../deployer/policy";
import { isAllowed, parseDocument, reach } from "../../policy/iam";

const SANDBOX = "111122223333";
const ACCOUNT = "999988887777";
const OTHER = "444455556666";
const tags = { project: "keyless", stack: "dev" };
const provider = (name: string) => `urn:pulumi:dev::keyless::pulumi:providers:aws::${name}`;
const assumed = `arn:aws:iam::${OTHER}:role/deploy`;

function resource(
    type: string,
    name: string,
    id: string,
    properties: Record<string, unknown>,
    from = "default",
): Foreseen {
    return {
        urn: `urn:pulumi:dev::keyless::${type}::${name}`,
        type,
        id,
        inputs: properties,
        properties,
        provider: `${provider(from)}::1`,
    };
}

const arn = (service: string, of: string, account = SANDBOX) => `arn:aws:${service}:eu-central-1:${account}:${of}`;
const vpc = resource("aws:ec2/vpc:Vpc", "net", "vpc-0123456789abcdef0", {
    tags,
    arn: arn("ec2", "vpc/vpc-0123456789abcdef0"),
});
const subnet = resource("aws:ec2/subnet:Subnet", "net", "subnet-0123456789abcdef0", { tags, vpcId: vpc.id });
const app = resource("aws:iam/role:Role", "app", "app-1234567", {
    ...{ tags, name: "app-1234567", path: "/", arn: `arn:aws:iam::${SANDBOX}:role/app-1234567` },
});
const there = {
    ...resource("pulumi:providers:aws", "there", "2", { assumeRoles: JSON.stringify([{ roleArn: assumed }]) }),
    urn: provider("there"),
};
const key = resource(
    "aws:kms/key:Key",
    "data",
    "0a1b2c3d-1111-2222-3333-444455556666",
    {
        ...{ tags, arn: arn("kms", "key/0a1b2c3d-1111-2222-3333-444455556666", OTHER) },
    },
    "there",
);
const database = resource(
    "aws:rds/cluster:Cluster",
    "data",
    "data-0a1b2c3d",
    {
        ...{
            tags,
            clusterIdentifier: "data-0a1b2c3d",
            manageMasterUserPassword: true,
            arn: arn("rds", "cluster:data-0a1b2c3d", OTHER),
        },
    },
    "there",
);

function policies(
    resources: readonly Foreseen[],
    more: Partial<Foresight> = {},
    connections: readonly Connection[] = [],
) {
    const foresight = { resources, lookups: [], config: "{}", region: "eu-central-1", invented: [], ...more };
    return deployerPolicies(foresight, ACCOUNT, connections);
}

function resourcesOf(all: ReturnType<typeof policies>, action: string, role = ""): readonly string[] {
    return all
        .filter((one) => one.role === role)
        .flatMap(({ documents }) => documents.flatMap(({ Statement }) => Statement))
        .filter(({ Action }) => Action.includes(action))
        .flatMap(({ Resource }) => Resource);
}

describe("the policies of a deployer", () => {
    it("name what the stack names, in the deployer's account, and leave generated ids and name endings open", () => {
        const all = policies([vpc, subnet, app]);
        assert.deepEqual(resourcesOf(all, "iam:CreateRole"), [`arn:aws:iam::${ACCOUNT}:role/app-???????`]);
        assert.deepEqual(resourcesOf(all, "ec2:DescribeVpcAttribute"), [arn("ec2", "vpc/*", ACCOUNT)]);
        assert.ok(!JSON.stringify(all).includes(SANDBOX));
    });

    it("allow nothing that has another stack's tags, and creation only with the stack's own", () => {
        const [{ documents } = assert.fail()] = policies([vpc, subnet]);
        const may = (action: string, of: string, context: Record<string, string>) =>
            isAllowed(
                documents.map((document) => parseDocument(document, "identity")),
                { action, resource: arn("ec2", of, ACCOUNT), context },
            );
        const keys = (kind: string, stack: string) => ({
            [`aws:${kind}/project`]: "keyless",
            [`aws:${kind}/stack`]: stack,
        });
        for (const stack of ["dev", "prod"]) {
            assert.equal(may("ec2:DeleteVpc", "vpc/vpc-1", keys("ResourceTag", stack)), stack === "dev");
            assert.equal(may("ec2:CreateSubnet", "subnet/*", keys("RequestTag", stack)), stack === "dev");
            assert.equal(may("ec2:CreateSubnet", "vpc/vpc-1", keys("ResourceTag", stack)), stack === "dev");
        }
        assert.ok(!may("ec2:CreateTags", "vpc/vpc-1", keys("RequestTag", "dev")));
    });

    it("keep ids that the config names", () => {
        const given = {
            ...subnet,
            properties: { tags, vpcId: "vpc-0aaaaaaaaaaaaaaaa" },
            inputs: { tags, vpcId: "vpc-0aaaaaaaaaaaaaaaa" },
        };
        const all = policies([given], { config: JSON.stringify({ vpcId: "vpc-0aaaaaaaaaaaaaaaa" }) });
        assert.ok(resourcesOf(all, "ec2:CreateSubnet").includes(arn("ec2", "vpc/vpc-0aaaaaaaaaaaaaaaa", ACCOUNT)));
    });

    it("give a role in another account what is there, and the deployer the right to assume it", () => {
        const all = policies([there, app, key, database]);
        assert.deepEqual(
            all.map(({ role, account }) => [role, account]),
            [
                ["", ACCOUNT],
                [assumed, OTHER],
            ],
        );
        assert.deepEqual(resourcesOf(all, "sts:AssumeRole"), [assumed]);
        assert.deepEqual(resourcesOf(all, "rds:DescribeDBClusters", assumed), [
            arn("rds", "cluster:data-????????", OTHER),
        ]);
        assert.deepEqual(resourcesOf(all, "rds:DescribeDBClusters"), []);
    });

    it("contain rds-db:connect on exactly the given user, for the principal that signs the token", () => {
        const user = arn("rds-db", "dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/keyless_provisioner", OTHER);
        const [own, elsewhere] = policies([there, app, database], {}, [{ user, role: assumed }]).map(({ documents }) =>
            reach(documents.map((document) => parseDocument(document, "identity"))),
        );
        assert.equal(own?.verdict, "none");
        assert.deepEqual([elsewhere?.verdict, elsewhere?.users.map((each) => each.arn)], ["exact", [user]]);
    });

    it("let the bootstrap read the master's secret of this database alone, and keep the break-glass login's", () => {
        const [, { bootstrap } = assert.fail()] = policies([there, app, database]);
        assert.deepEqual(bootstrap, [
            {
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Action: ["secretsmanager:CreateSecret", "secretsmanager:GetSecretValue"],
                        Resource: [arn("secretsmanager", "secret:keyless/*/data-????????.*", OTHER)],
                    },
                    {
                        Effect: "Allow",
                        Action: ["secretsmanager:GetSecretValue"],
                        Resource: [arn("secretsmanager", "secret:rds!cluster-*", OTHER)],
                        Condition: {
                            StringLike: {
                                "aws:ResourceTag/aws:rds:primaryDBClusterArn": [
                                    arn("rds", "cluster:data-????????", OTHER),
                                ],
                            },
                        },
                    },
                ],
            },
        ]);
    });

    describe("that ends a migration", () => {
        const secret = (name: string) => arn("secretsmanager", `secret:${name}-a1B2c3`);
        const tenant = (name: string, migration: object) =>
            resource("pulumi:index:Stash", name, name, { input: { existingRole: name, migration } });
        const known = resource("pulumi:index:Stash", "database", "database", {
            input: { existingDatabase: { arn: arn("rds", "cluster:trade"), replicas: [] } },
        });
        const group = (name: string) => arn("logs", `log-group:/aws/rds/${name}/postgresql:*`, ACCOUNT);
        const actions = ["logs:FilterLogEvents", "secretsmanager:DescribeSecret", "secretsmanager:DeleteSecret"];
        const of = (resources: readonly Foreseen[], role = "") =>
            actions.map((action) => resourcesOf(policies([app, ...resources]), action, role));

        it("contain the database's log and exactly the named secrets", () => {
            const finished = { state: "finished", login: "shop", quietDays: 7, evenIfUsed: false };
            const deletes = [secret("shop"), secret("job")];
            const secrets = deletes.map((name) => name.replace(SANDBOX, ACCOUNT)).sort();
            assert.deepEqual(of([known, tenant("shop", { ...finished, deletes })]), [
                [group("cluster/trade")],
                secrets,
                secrets,
            ]);
            const stack = resource("pulumi:pulumi:StackReference", "plat", "plat", {
                outputs: {
                    clusterArn: arn("rds", "db:shop"),
                    connectTargets: [{ arn: arn("rds", "db:shop") }, { arn: arn("rds", "db-proxy:prx-1") }],
                },
            });
            assert.deepEqual(of([stack, tenant("shop", finished)]), [[group("instance/shop")], [], []]);
        });

        it("contain none of it in another state, and no log where the password goes in any case", () => {
            for (const state of ["alongside", "switched"]) {
                assert.deepEqual(of([known, tenant("shop", { state, quietDays: 7 })]), [[], [], []]);
            }
            const finished = { state: "finished", login: "shop", quietDays: 7, evenIfUsed: false };
            assert.deepEqual(of([known, tenant("shop", { ...finished, evenIfUsed: true })]), [[], [], []]);
            assert.deepEqual(of([known, tenant("shop", { ...finished, quietDays: 0 })]), [[], [], []]);
        });

        it("belong to the role that signs in to the database, if there is one", () => {
            const signer = resource("pulumi:providers:postgresql", "database", "1", {
                awsRdsIamProviderRoleArn: assumed,
            });
            const finished = tenant("shop", { state: "finished", deletes: [secret("shop").replace(SANDBOX, OTHER)] });
            assert.deepEqual(of([known, signer, finished], assumed), [
                [group("cluster/trade")],
                [secret("shop").replace(SANDBOX, OTHER)],
                [secret("shop").replace(SANDBOX, OTHER)],
            ]);
            assert.deepEqual(of([known, signer, finished]), [[], [], []]);
        });
    });

    it("contain what the program looks up, and refuse a data source whose calls are not known", () => {
        const lookup = {
            token: "aws:index/getAvailabilityZones:getAvailabilityZones",
            args: {},
            region: "eu-central-1",
            role: "",
        };
        assert.deepEqual(resourcesOf(policies([], { lookups: [lookup] }), "ec2:DescribeAvailabilityZones"), ["*"]);
        assert.throws(
            () => policies([], { lookups: [{ ...lookup, token: "aws:ec2/getAmi:getAmi" }] }),
            /deployer\/calls\/functions\.ts has no row for aws:ec2\/getAmi:getAmi/,
        );
    });
});
