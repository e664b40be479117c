import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../../../components/identity/grantConnect";
import { record, type Recording } from "../../support/mocks";

const cluster = { arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" };
const replica = { arn: "arn:aws:rds:eu-west-1:111122223333:cluster:replica", resourceId: "cluster-XYZ9" };

function grant(args: Partial<ConnectGrantArgs> = {}): Promise<Recording> {
    const identity = {
        roleName: pulumi.output("shop-role"),
        roleArn: pulumi.output("arn:aws:iam::111122223333:role/shop-role"),
        ready: [],
    };
    return record(() => grantConnect("shop", { identity, targets: [cluster], dbUser: "shop_app", ...args }));
}

describe("grantConnect", () => {
    it("creates one login and one permission", async () => {
        assert.deepEqual((await grant()).inventory(), {
            "aws:iam/rolePolicy:RolePolicy": 1,
            "keyless:identity:ConnectGrant": 1,
            "postgresql:index/role:Role": 1,
        });
    });

    it("permits connecting to one database as one user", async () => {
        const recording = await grant();
        assert.equal(recording.inputs("aws:iam/rolePolicy:RolePolicy", "shop")["role"], "shop-role");
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "shop", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "rds-db:connect",
                    Resource: ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/shop_app"],
                },
            ],
        });
    });

    it("names a replica by its own region and id", async () => {
        const recording = await grant({ targets: [cluster, replica] });
        assert.deepEqual(recording.document("aws:iam/rolePolicy:RolePolicy", "shop", "policy"), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "rds-db:connect",
                    Resource: [
                        "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABC1/shop_app",
                        "arn:aws:rds-db:eu-west-1:111122223333:dbuser:cluster-XYZ9/shop_app",
                    ],
                },
            ],
        });
    });

    it("grants the permission to a permission set in its own account, and a proxy's to the proxy", async () => {
        const recording = await record(() => {
            const set = {
                settled: [],
                permissionSetArn: pulumi.output("arn:set"),
                instanceArn: pulumi.output("arn:instance"),
                roleArn: pulumi.output("arn:aws:iam::111122223333:role/x"),
            };
            const center = new aws.Provider("center", {
                region: "eu-west-1",
                assumeRoles: [{ roleArn: "arn:aws:iam::999988887777:role/center" }],
            });
            const proxy = { roleName: "proxy", target: cluster };
            return grantConnect("sue", {
                identity: { ...set, identityCenter: center },
                targets: [{ ...cluster, resourceId: "prx-1" }],
                proxy,
                dbUser: "sue",
            });
        });
        const policies = recording.placesOf("aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy");
        const { inlinePolicy, ...rest } = recording.inputs(
            "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
            "sue",
        );
        assert.deepEqual(
            [policies, rest],
            [["sue in 999988887777"], { permissionSetArn: "arn:set", instanceArn: "arn:instance" }],
        );
        assert.deepEqual(JSON.parse(String(inlinePolicy)), {
            Version: "2012-10-17",
            Statement: [
                {
                    Effect: "Allow",
                    Action: "rds-db:connect",
                    Resource: ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:prx-1/sue"],
                },
            ],
        });
        assert.deepEqual(recording.placesOf("aws:iam/rolePolicy:RolePolicy"), ["sue-proxy in 111122223333"]);
    });

    it("makes the login a member of rds_iam and of the groups given", async () => {
        assert.deepEqual((await grant({ memberOf: ["app_connect"] })).inputs("postgresql:index/role:Role", "shop"), {
            name: "shop_app",
            login: true,
            roles: ["rds_iam", "app_connect"],
        });
    });
});
