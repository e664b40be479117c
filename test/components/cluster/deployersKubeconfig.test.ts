import assert from "node:assert/strict";
import { deployersKubeconfig } from "../../../components/cluster/deployersKubeconfig";

const args = ["eks", "get-token", "--cluster-name", "eks"];
const server = "https://0123.gr7.eu-central-1.eks.amazonaws.com";
const file = (cluster: object, ...more: readonly string[]) => ({
    kind: "Config",
    clusters: [{ name: "kubernetes", cluster: { server, ...cluster } }],
    users: [{ name: "aws", user: { exec: { command: "aws", args: [...args, ...more] } } }],
});

describe("the kubeconfig of the program's own provider", () => {
    it("is the cluster's, unchanged, where the environment's credentials and a direct connection do", () => {
        const text = JSON.stringify(file({}), undefined, 2);
        assert.equal(deployersKubeconfig(text, {}), text);
    });

    it("signs in with the profile and the role of the AWS provider, through the proxy", () => {
        const way = {
            proxyUrl: "socks5://127.0.0.1:1080",
            profile: "platform",
            role: "arn:aws:iam::111122223333:role/deploy",
        };
        assert.deepEqual(
            JSON.parse(deployersKubeconfig(JSON.stringify(file({})), way)),
            file({ "proxy-url": way.proxyUrl }, "--role-arn", way.role, "--profile", "platform"),
        );
    });
});
