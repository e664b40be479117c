import assert from "node:assert/strict";
import { requireRealArns } from "../../../policy/rules/requireRealArns";
import { arn, judge, judgeStack, policy, unknown } from "./harness";
import type { Made } from "./harness";

const of = (resource: unknown, config?: object): string[] =>
    judge(
        requireRealArns,
        { type: "aws:iam/rolePolicy:RolePolicy", name: "it", props: { policy: policy({ Resource: resource }) } },
        config,
    );
const says = (named: string, fault: string, fix: string): string[] => [
    `[as set] it: statement 0 of policy names ${named}, ${fault}\n  fix: ${fix}`,
];
const form = "write arn:<partition>:rds-db:<region>:<account>:dbuser:<resource id>/<user>";

describe("the rule rds-db-arn", () => {
    it("passes the three kinds of resource ids, in every partition", () => {
        const ids = ["cluster-ABCDEFGHIJKL", "db-ABCDEFGHIJKL01234", "prx-0a1b2c3d"].map((id) =>
            arn.replace(/cluster-[A-Z]+/, id),
        );
        const regions = [
            ["aws-cn", "cn-north-1"],
            ["aws-us-gov", "us-gov-west-1"],
            ["aws-iso-b", "us-isob-east-1"],
            ["aws-eusc", "eusc-de-east-1"],
        ];
        const partitions = regions.map(([partition, region]) =>
            arn.replace("arn:aws", `arn:${partition}`).replace("eu-central-1", region ?? ""),
        );
        assert.deepEqual(of([...ids, ...partitions]), []);
    });

    it("refuses ARNs of other services, and ARNs that do not name a user", () => {
        const rds = "arn:aws:rds:eu-central-1:111122223333:cluster:shop";
        assert.deepEqual(of(rds), says(rds, "which belongs to the service rds; database users belong to rds-db", form));
        assert.deepEqual(
            of(`${rds}*`),
            says(`${rds}*`, "which belongs to the service rds; database users belong to rds-db", form),
        );
        const bare = arn.replace("/shop_app", "");
        assert.deepEqual(of(bare), says(bare, "which is not a database user", form));
    });

    it("refuses the name of a database instead of its resource id", () => {
        for (const name of ["shop-database", "cluster-shop", "shop"]) {
            const wrong = arn.replace(/cluster-[A-Z]+/, name);
            assert.deepEqual(
                of(wrong),
                says(
                    wrong,
                    `in which ${name} is not a resource id, but perhaps the name of a database`,
                    `write the database's resource id instead of ${name} (Pulumi: clusterResourceId of a cluster, resourceId of an instance)`,
                ),
            );
        }
    });

    it("refuses impossible accounts, regions and kinds", () => {
        const short = arn.replace("111122223333", "1234567890");
        assert.deepEqual(
            of(short),
            says(short, "in which 1234567890 is not an account id", "write the 12 digits of the database's account"),
        );
        assert.deepEqual(
            of(arn, { accounts: ["999988887777"] }),
            says(
                arn,
                "in account 111122223333, which the parameter accounts does not list",
                "name a database in 999988887777",
            ),
        );
        const china = arn.replace("eu-central-1", "cn-north-1");
        assert.deepEqual(
            of(china),
            says(china, "in which cn-north-1 is not a region of aws", "write arn:aws-cn:… or another region"),
        );
        const instance = arn.replace("cluster-", "db-");
        assert.deepEqual(
            of(instance, { kinds: ["cluster"] }),
            says(
                instance,
                "of the kind db-, which the parameter kinds does not list",
                "name a resource id that begins with cluster-",
            ),
        );
        const long = arn.replace("shop_app", "é".repeat(32));
        assert.deepEqual(
            of(long),
            says(
                long.slice(0, 159) + (long.length > 160 ? "…" : long.slice(159)),
                "whose user name exceeds the 63 bytes that Postgres keeps",
                "write the user name as the database stores it",
            ),
        );
    });

    it("ignores statements that also concern other services", () => {
        const mixed = policy({
            Action: ["rds:DescribeDBClusters", "rds-db:connect"],
            Resource: ["arn:aws:rds:eu-central-1:111122223333:cluster:shop", arn],
        });
        assert.deepEqual(
            judge(requireRealArns, { type: "aws:iam/policy:Policy", name: "it", props: { policy: mixed } }),
            [],
        );
        assert.deepEqual([of(unknown), of(arn.replace("111122223333", unknown)), of("*")], [[], [], []]);
    });

    const holder = (named: string, outputs: object = { arn: "arn:aws:iam::111122223333:policy/it" }): Made => ({
        type: "aws:iam/policy:Policy",
        name: "it",
        props: { policy: policy({ Resource: named }), ...outputs },
    });

    it("refuses the id of an Aurora instance of the same stack", () => {
        const member: Made = {
            type: "aws:rds/clusterInstance:ClusterInstance",
            name: "db-0",
            props: { dbiResourceId: "db-XYZ" },
        };
        const instance = arn.replace(/cluster-[A-Z]+/, "db-XYZ");
        assert.deepEqual(
            judgeStack(requireRealArns, [member, holder(instance)]),
            says(
                instance,
                "the id of db-0, an Aurora instance, which grants no access",
                "write the cluster's resource id (clusterResourceId, cluster-…)",
            ),
        );
        assert.deepEqual(judgeStack(requireRealArns, [member, holder(arn)]), []);
        const native = {
            type: "aws-native:rds:DbInstance",
            name: "db-0",
            props: { dbiResourceId: "db-XYZ", dbClusterIdentifier: "db" },
        };
        assert.equal(judgeStack(requireRealArns, [native, holder(instance)]).length, 1);
        const alone = { type: "aws:rds/instance:Instance", name: "db", props: { resourceId: "db-XYZ" } };
        assert.deepEqual(judgeStack(requireRealArns, [alone, holder(instance)]), []);
    });

    it("reports the id of an instance in another stack as unproven, since it may be an Aurora instance", () => {
        const instance = arn.replace(/cluster-[A-Z]+/, "db-XYZ");
        assert.deepEqual(judgeStack(requireRealArns, [holder(instance)]), [
            `[advisory] it: statement 0 of policy names ${instance}, of a database that is not in this stack: the id of an Aurora instance would grant no access\n  fix: none, if it is not an Aurora instance; otherwise write the cluster's resource id (cluster-…)`,
        ]);
    });

    it("does not repeat at the end what it refused before the resource was created", () => {
        const name = arn.replace(/cluster-[A-Z]+/, "orders");
        const other = { arn: "arn:aws:iam::444455556666:policy/it" };
        assert.equal(of(name).length, 1);
        assert.deepEqual(judgeStack(requireRealArns, [holder(name, other)]), []);
    });

    const elsewhere = (own: string): string[] =>
        says(
            arn,
            `in account 111122223333, but the identity is in ${own}`,
            `name a database in ${own}, or let the identity assume a role in 111122223333 that may connect`,
        );

    it("refuses a database in an account other than the identity's", () => {
        assert.deepEqual(
            judgeStack(requireRealArns, [holder(arn, { arn: "arn:aws:iam::444455556666:policy/it" })]),
            elsewhere("444455556666"),
        );
        const same = holder(arn, { arn: "arn:aws:iam::111122223333:policy/it" });
        assert.deepEqual(judgeStack(requireRealArns, [same, holder(arn, { arn: unknown })]), []);
    });

    it("reports once per provider that the identities' account is not known yet, unless the databases' accounts are declared", () => {
        const first = holder(arn, { arn: unknown });
        const said = [
            "[advisory] it: statement 0 of policy names a user in account 111122223333; whether it is the identity's own account is not known until the identity exists\n  fix: none, if it is; list your accounts in the parameter accounts, or in allowedAccountIds of the provider",
        ];
        assert.deepEqual(judgeStack(requireRealArns, [first, { ...first, name: "another" }]), said);
        assert.deepEqual(judgeStack(requireRealArns, [first], { accounts: ["111122223333"] }), []);
    });

    it("derives the identity's account from its provider, or from another resource of that provider", () => {
        const inline: Made = {
            type: "aws:iam/rolePolicy:RolePolicy",
            name: "it",
            props: { policy: policy({ Resource: arn }) },
        };
        const role: Made = {
            type: "aws:iam/role:Role",
            name: "role",
            props: { arn: "arn:aws:iam::444455556666:role/role" },
        };
        assert.deepEqual(judgeStack(requireRealArns, [inline, role]), elsewhere("444455556666"));
        assert.equal(judgeStack(requireRealArns, [inline, { ...role, by: "another" }])[0]?.includes("not known"), true);
        const provider = { allowedAccountIds: '["444455556666"]' };
        assert.deepEqual(judgeStack(requireRealArns, [{ ...inline, provider }]), elsewhere("444455556666"));
    });

    it("does not expect a permission set's users in the account that contains it", () => {
        const set: Made = {
            type: "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
            name: "it",
            props: { inlinePolicy: policy({ Resource: arn }) },
            provider: { allowedAccountIds: '["444455556666"]' },
        };
        assert.deepEqual(judgeStack(requireRealArns, [set]), []);
    });
});
