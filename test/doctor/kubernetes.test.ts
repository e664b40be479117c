import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";

import { known, unknown } from "../../doctor/known";
import { apiGet, readKubernetes } from "../../doctor/read/kubernetes";
import { Authority } from "../../sandbox/postgres/authority";
import { eksToken } from "../../toolkit/eksToken";
import { enterState } from "../support/ownState";
import { temporaryFolder } from "../support/temporaryFolder";
import { good } from "./good";

const CLUSTER = good.aws.cluster.value;

describe("the doctor's requests to the Kubernetes API", () => {
    const state = temporaryFolder("doctor");
    const asked: string[] = [];
    let leave: () => void;
    let server: Server;
    let authority: string;
    let answers: Readonly<Record<string, object>> = {};

    before(async () => {
        leave = enterState(state);
        const own = await Authority.open();
        authority = own.certificate;
        const { cert, key } = await own.server("localhost", ["localhost"]);
        server = createServer({ cert, key }, ({ method, url = "", headers }, response) => {
            asked.push(`${method} ${url} ${headers.authorization}`);
            const found = answers[url];
            response.writeHead(found === undefined ? 404 : "code" in found ? Number(found.code) : 200);
            response.end(JSON.stringify(found ?? {}));
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
    });
    after(async () => {
        server.close();
        await once(server, "close");
        leave();
    });

    const read = (ca = authority) => {
        const endpoint = `https://localhost:${(server.address() as AddressInfo).port}`;
        return readKubernetes(known({ ...CLUSTER, endpoint, authority: ca }), async (cluster) =>
            apiGet(cluster, "token"),
        );
    };
    const named = (name: string) => ({ metadata: { name } });

    const daemonSet = (name: string, image: string) => ({
        ...named(name),
        spec: { template: { spec: { containers: [{ image }] } } },
        status: { desiredNumberScheduled: 3, numberReady: 2 },
    });

    it("read namespaces page by page, the agent, and the groups of pods", async () => {
        answers = {
            "/api/v1/namespaces?limit=500": { items: [named("one")], metadata: { continue: "x y" } },
            "/api/v1/namespaces?limit=500&continue=x%20y": { items: [named("two")], metadata: {} },
            "/apis/apps/v1/namespaces/kube-system/daemonsets?limit=500": {
                items: [
                    daemonSet("aws-node", "602401143452.dkr.ecr.eu-central-1.amazonaws.com/amazon-k8s-cni:v1.20.0"),
                    daemonSet(
                        "agent",
                        "602401143452.dkr.ecr.eu-central-1.amazonaws.com/eks/eks-pod-identity-agent:v0.1.31",
                    ),
                ],
            },
            "/apis/vpcresources.k8s.aws/v1beta1/securitygrouppolicies?limit=500": {
                items: [
                    {
                        metadata: { namespace: "a", name: "db" },
                        spec: { securityGroups: { groupIds: ["sg-1", "sg-2"] } },
                    },
                ],
            },
        };
        assert.deepEqual(await read(), {
            namespaces: known(["one", "two"]),
            agent: known({ name: "agent", wanted: 3, ready: 2 }),
            podGroups: known(new Map([["a/db", ["sg-1", "sg-2"]]])),
        });
        assert.deepEqual(new Set(asked.map((line) => line.replace(/ \/\S+ /, " "))), new Set(["GET Bearer token"]));
    });

    it("find no agent and no policies where the API has neither", async () => {
        answers = { "/api/v1/namespaces?limit=500": { items: [] } };
        assert.deepEqual(await read(), {
            namespaces: known([]),
            agent: known(undefined),
            podGroups: known(new Map()),
        });
    });

    it("say what is refused", async () => {
        answers = { "/api/v1/namespaces?limit=500": { code: 403 } };
        assert.deepEqual((await read()).namespaces, {
            unknown: "namespaces: the API answers 403 to GET /api/v1/namespaces",
        });
    });

    it("send no token to a server that the cluster's authority does not vouch for", async () => {
        asked.length = 0;
        const { namespaces } = await read("");
        assert.match("unknown" in namespaces ? namespaces.unknown : "", /unable to verify the first certificate/);
        assert.deepEqual(asked, []);
    });

    it("end when the server does not answer, and close the connection", async () => {
        const silent = createTcpServer();
        silent.listen(0, "127.0.0.1");
        await once(silent, "listening");
        const closed = once(silent, "connection").then(([socket]: Socket[]) =>
            once(socket?.resume() ?? silent, "close"),
        );
        try {
            const { port } = silent.address() as AddressInfo;
            const get = apiGet({ endpoint: `https://127.0.0.1:${port}`, authority }, "token", 0.05);
            await assert.rejects(get("/api"), new Error("no answer within 0.05 s"));
            await closed;
        } finally {
            silent.close();
        }
    });

    it("are not made without a cluster", async () => {
        const missing = unknown("--cluster is not given");
        assert.deepEqual(await readKubernetes(missing), {
            namespaces: missing,
            agent: missing,
            podGroups: missing,
        });
    });
});

describe("the token for the Kubernetes API", () => {
    const own = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE", AWS_SECRET_ACCESS_KEY: "x", AWS_SESSION_TOKEN: "s/+" };
    const usual = Object.fromEntries(Object.keys(own).map((name) => [name, process.env[name]]));
    before(() => Object.assign(process.env, own));
    after(() => {
        for (const [name, value] of Object.entries(usual)) {
            if (value === undefined) {
                delete process.env[name];
            } else {
                process.env[name] = value;
            }
        }
    });

    // https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go (parameterWhitelist)
    it("is a signed request to STS with the parameters that EKS accepts, for one cluster", async () => {
        const token = await eksToken(CLUSTER.arn);
        const [, url = ""] = /^k8s-aws-v1\.([\w-]+)$/.exec(token) ?? [];
        const { host, pathname, searchParams: query } = new URL(Buffer.from(url, "base64url").toString("utf8"));
        assert.deepEqual([host, pathname], ["sts.eu-central-1.amazonaws.com", "/"]);
        assert.deepEqual([...query.keys()].sort(), [
            "Action",
            "Version",
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
        ]);
        assert.equal(query.get("X-Amz-SignedHeaders"), "host;x-k8s-aws-id");
        assert.equal(query.get("X-Amz-Expires"), "60");
        assert.equal(query.get("X-Amz-Security-Token"), "s/+");
    });
});
