import assert from "node:assert/strict";

import { Edit } from "../support/edit";
import { withOutsider } from "../support/faults/network";
import { networkLink } from "../support/links";

/** How a function that the database does not admit reaches it, in a stack with a load balancer of this type and group. */
function network(loadBalancerType: string, group: string): string | undefined {
    const edit = withOutsider(new Edit({ tenants: ["shop"] })).add(
        "aws:lb/loadBalancer:LoadBalancer",
        "front",
        { loadBalancerType, securityGroups: [group], subnets: ["subnet-private"] },
        { id: "front" },
    );
    return networkLink(edit, "nightly")?.text;
}

describe("a client that the database does not admit", () => {
    const refused =
        "security group database of aurora does not let nightly (security group outside) through to port 5432";

    it("is expected to reach it through a network load balancer that the database admits", () => {
        assert.equal(
            network("network", "sg-app"),
            "nightly (security group outside) is expected to reach port 5432 of aurora through aws:LoadBalancer front, which security group database lets through: what it forwards is not read",
        );
    });

    it("stays out where the database does not admit the load balancer, or that speaks HTTP only", () => {
        assert.deepEqual([network("network", "sg-outside"), network("application", "sg-app")], [refused, refused]);
    });
});
