import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../../../components/identity/grantConnect";
import { record, type Recording } from "../../support/mocks";

const cluster = { arn: "arn:aws:rds:eu-central-1:111122223333:cluster:db", resourceId: "cluster-ABC1" };
const replica = { arn: "arn:aws:rds:eu-west-1:111122223333:cluster:replica", resourceId: "cluster-XYZ9" };

function grant(args: Partial<ConnectGrantArgs> = {}): Promise<Recording> {
    const identity = { roleName: pulumi.output("shop-role"), roleArn: pulumi.output("arn:aws:iam::111122223333:role/shop-role"), ready: [] };
    return record(() => grantConnect("shop", { identity, targets: [cluster], dbUser: "shop_app", ...args }));
}

describe("grantConnect", () => {
    it("makes one login and one permission", async () => {
        assert.deepEqual((await grant()).inventory(), {
            "aws:iam/rolePolicy:RolePolicy": 1,
            "keyless:identity:ConnectGrant": 1,
            "postgresql:index/role:Role": 1,
        });
    });

    it("permits to connect to one database as one user", async () => {
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

    it("makes the login a member of rds_iam and of the groups given", async () => {
        assert.deepEqual((await grant({ memberOf: ["app_connect"] })).inputs("postgresql:index/role:Role", "shop"), {
            name: "shop_app",
            login: true,
            roles: ["rds_iam", "app_connect"],
        });
    });
});
