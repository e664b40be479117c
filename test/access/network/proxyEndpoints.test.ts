import assert from "node:assert/strict";

import { Edit } from "../support/edit";
import { roleArn } from "../support/faults/fault";
import { networkLink } from "../support/links";
import { ACCOUNT, connectPolicy, REGION } from "../support/stack";

const ID = "prx-0123456789abcdef0";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const OUT = [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }];
const from = (...securityGroups: string[]): object[] => [
    { protocol: "tcp", fromPort: 5432, toPort: 5432, securityGroups },
];

/** The state of a pod's way to a proxy that admits nobody, which has a further endpoint with these groups. */
function network(endpointAdmits: readonly object[] | undefined, dbProxyName = "p"): string | undefined {
    const edit = new Edit({ tenants: ["shop"] })
        .remove("ingress", "app-to-database")
        .set("group", "database", { ingress: from("sg-proxy") })
        .add(GROUP, "proxy", { ingress: [], egress: OUT }, { id: "sg-proxy" })
        .add(
            "aws:rds/proxy:Proxy",
            "p",
            { name: "p", vpcSecurityGroupIds: ["sg-proxy"], vpcSubnetIds: ["subnet-private"], roleArn: roleArn("p") },
            { id: "p", outputs: { arn: `arn:aws:rds:${REGION}:${ACCOUNT}:db-proxy:${ID}` } },
        )
        .add("aws:rds/proxyTarget:ProxyTarget", "t", { dbProxyName: "p", dbClusterIdentifier: "aurora-1a2b" })
        .set("rolePolicy", "shop", { policy: JSON.stringify(connectPolicy(ID, "shop_app")) });
    if (endpointAdmits !== undefined) {
        edit.add(GROUP, "endpoint", { ingress: endpointAdmits, egress: OUT }, { id: "sg-endpoint" }).add(
            "aws:rds/proxyEndpoint:ProxyEndpoint",
            "e",
            { dbProxyName, vpcSecurityGroupIds: ["sg-endpoint"], vpcSubnetIds: ["subnet-private"] },
            { id: `${dbProxyName}/e` },
        );
    }
    return networkLink(edit, "shop/shop")?.state;
}

describe("a proxy that admits nobody", () => {
    it("rules a pod out without a further endpoint, and with one that does not admit it or is another proxy's", () => {
        assert.deepEqual([network(undefined), network([]), network(from("sg-app"), "q")], Array(3).fill("missing"));
    });

    it("is reached through a further endpoint, which has groups of its own", () => {
        assert.equal(network(from("sg-app")), "holds");
    });
});
