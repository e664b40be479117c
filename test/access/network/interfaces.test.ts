import assert from "node:assert/strict";

import { serviceTrust } from "../../support/cloud";
import { Edit } from "../support/edit";
import { connectTo, dbuser, roleArn } from "../support/faults/fault";
import { networkLink } from "../support/links";
import { RESOURCE_ID } from "../support/stack";

const ALL = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const PORT = { protocol: "tcp", fromPort: 5432, toPort: 5432 };
const IN = { subnetId: "subnet-private" };

/** An instance that may connect as shop's user, in a stack whose database admits the group of the app alone. */
function instance(inputs: object): Edit {
    return new Edit({ tenants: ["shop"] })
        .remove("ingress", "app-to-database")
        .set("group", "database", { ingress: [{ ...PORT, securityGroups: ["sg-app"] }] })
        .add("aws:ec2/securityGroup:SecurityGroup", "outside", { egress: [ALL] }, { id: "sg-outside" })
        .add(
            "aws:iam/role:Role",
            "vm",
            {
                name: "vm",
                assumeRolePolicy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: [serviceTrust("ec2.amazonaws.com")],
                }),
            },
            { outputs: { arn: roleArn("vm") } },
        )
        .add("aws:iam/rolePolicy:RolePolicy", "vm", {
            role: "vm",
            policy: connectTo(dbuser(RESOURCE_ID, "shop_app")),
        })
        .add("aws:iam/instanceProfile:InstanceProfile", "profile", { name: "profile", role: "vm" })
        .add(
            "aws:ec2/instance:Instance",
            "vm",
            { iamInstanceProfile: "profile", ...inputs },
            { id: "i-1", outputs: { primaryNetworkInterfaceId: "eni-1" } },
        );
}

/** The state of the instance's way through the network. */
function network(edit: Edit): string | undefined {
    return networkLink(edit, "vm")?.state;
}

const outside = (): Edit => instance({ ...IN, vpcSecurityGroupIds: ["sg-outside"] });
const admitted = (edit: Edit, more: object = {}): Edit =>
    edit.add(
        "aws:ec2/networkInterface:NetworkInterface",
        "further",
        { ...IN, securityGroups: ["sg-app"], ...more },
        { id: "eni-2" },
    );
const attach = (edit: Edit, networkInterfaceId: string): Edit =>
    edit.add("aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment", "attachment", {
        networkInterfaceId,
        securityGroupId: "sg-app",
    });

describe("an instance that the database does not admit", () => {
    it("stays out without a further interface, and with one that belongs to no instance", () => {
        assert.deepEqual([network(outside()), network(admitted(outside()))], ["missing", "missing"]);
        assert.equal(network(attach(outside(), "eni-3")), "missing");
    });

    it("is admitted with a group that is attached to its interface", () => {
        assert.equal(network(attach(outside(), "eni-1")), "holds");
    });

    it("is admitted with a further interface, attached by either side or by a resource of its own", () => {
        assert.equal(network(admitted(outside(), { attachments: [{ instance: "i-1", deviceIndex: 1 }] })), "holds");
        const type = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment";
        const attachment = { instanceId: "i-1", networkInterfaceId: "eni-2", deviceIndex: 1 };
        assert.equal(network(admitted(outside()).add(type, "a", attachment)), "holds");
        assert.equal(
            network(admitted(instance({ primaryNetworkInterface: { networkInterfaceId: "eni-2" } }))),
            "holds",
        );
        assert.equal(
            network(admitted(instance({ networkInterfaces: [{ networkInterfaceId: "eni-2", deviceIndex: 0 }] }))),
            "holds",
        );
    });

    it("is expected to be admitted with an interface that is not among the resources", () => {
        const named = { ...IN, vpcSecurityGroupIds: ["sg-outside"] };
        const other = instance({ ...named, networkInterfaces: [{ networkInterfaceId: "eni-9", deviceIndex: 1 }] });
        assert.equal(network(other), "expected");
    });
});
