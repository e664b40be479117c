import assert from "node:assert/strict";
import { egressPolicy } from "../../../components/kubernetes/egressPolicy";

const args = {
    databaseCidrs: ["10.0.1.0/24"],
    endpointCidrs: ["10.0.8.0/22"],
    port: 5432,
    identities: ["irsa"],
} as const;

describe("an egress policy", () => {
    it("lets pods with IRSA reach STS within the network", () => {
        assert.deepEqual((egressPolicy(args).egress as unknown[]).at(-1), {
            to: [{ ipBlock: { cidr: "10.0.8.0/22" } }],
            ports: [{ protocol: "TCP", port: 443 }],
        });
    });

    it("refuses to block STS for pods with IRSA", () => {
        assert.throws(() => egressPolicy({ ...args, endpointCidrs: [] }), {
            message:
                "access.networkPolicy would cut services with an identity of irsa off from STS, which they reach over the internet: " +
                "write platform.network.endpoints: true, or give them an identity of podIdentity",
        });
    });
});
