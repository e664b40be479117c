import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { fromTokenFile } from "@aws-sdk/credential-providers";

import { ApiServerProcess } from "../../cli/sandbox/conformance/apiServer";
import { Store } from "../../sandbox/cloud/store";
import { callerOf } from "../../sandbox/identity/caller";
import { clustersOf, findServiceAccount } from "../../sandbox/identity/clusters";
import { openIdentity, PATHS } from "../../sandbox/identity/endpoints";
import type { IdentityServices } from "../../sandbox/identity/endpoints";
import { publicKeys, signToken } from "../../sandbox/identity/jwt";
import { openPlace } from "../../sandbox/identity/workloadEnvironment";
import { projectDir, stateDir } from "../../toolkit/paths";
import { startServer } from "../../sandbox/server";
import { runNode } from "../support/childProgram";
import {
    ACCOUNT,
    connectStatement,
    irsaTrust,
    ISSUER,
    podTrust,
    put,
    putAssociation,
    putCluster,
    putRole,
    REGION,
    roleArn,
} from "../support/cloud";
import { putDatabase, RESOURCE_ID } from "./gatewaySupport";
import { makeTenants, tenantsNamed, withOwnState } from "./postgres-support";

const AUDIENCE = "sts.amazonaws.com";
/** The shortest lifetime that the API server grants. */
const SECONDS = 600;

/** KUBE_APISERVER and ETCD name the executables; see docs/conformance.md. */
const isAtHand = process.env["KUBE_APISERVER"] !== undefined && process.env["ETCD"] !== undefined;

/** A requested token's service account, its audience, and the pod that it is bound to. */
interface Asked {
    readonly account?: string;
    readonly audience?: string;
    readonly isBound?: boolean;
}

describe(`tokens of a real kube-apiserver${isAtHand ? "" : " (skipped: set KUBE_APISERVER and ETCD to have them tried)"}`, () => {
    withOwnState();
    let apiServer: ApiServerProcess;
    let identity: IdentityServices;
    let now: Date;
    const uids: Record<string, string> = {};
    const issuer = `https://${ISSUER}`;

    before(async function () {
        if (!isAtHand) {
            return this.skip();
        }
        putCluster(ACCOUNT);
        putDatabase();
        publicKeys(issuer);
        const [key = ""] = readdirSync(stateDir("keys"));
        apiServer = await ApiServerProcess.start(process.env, {
            url: issuer,
            keysUrl: `${issuer}/keys`,
            key: readFileSync(stateDir("keys", key), "utf8"),
        });
        const role = putRole("shop", irsaTrust("shop", "shop"), [connectStatement(RESOURCE_ID, "shop_app")]);
        putAssociation(
            "shop",
            "agent",
            putRole("agent", podTrust("shop", "agent"), [connectStatement(RESOURCE_ID, "shop_app")]),
        );
        await apiServer.ask("POST", "/api/v1/namespaces", {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "shop" },
        });
        for (const name of ["shop", "agent", "other"]) {
            await make(name, name === "shop" ? { "eks.amazonaws.com/role-arn": role } : {});
        }
        identity = await openIdentity({ store: new Store(), clock: () => now }, async () => []);
    });
    beforeEach(() => {
        now = new Date();
    });
    after(async () => {
        if (isAtHand) {
            await identity.close();
            await apiServer.stop();
        }
    });

    /** A service account in both, with the uid that the API server gave it, and a pod of it. */
    async function make(name: string, annotations: Record<string, string>): Promise<void> {
        const place = "/api/v1/namespaces/shop";
        const metadata = { name, namespace: "shop" };
        const account = await apiServer.ask<Made>("POST", `${place}/serviceaccounts`, {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata,
        });
        const [cluster] = clustersOf(new Store());
        put("kubernetes:core/v1:ServiceAccount", `${cluster?.key}/shop/${name}`, {
            metadata: { ...metadata, uid: account.metadata.uid, annotations },
        });
        const spec = {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            containers: [{ name: "main", image: "main:1" }],
        };
        const pod = { apiVersion: "v1", kind: "Pod", metadata, spec };
        uids[name] = (await apiServer.ask<Made>("POST", `${place}/pods`, pod)).metadata.uid;
    }

    /** A kubelet's request: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
    async function token({ account = "shop", audience = AUDIENCE, isBound = true }: Asked = {}): Promise<string> {
        const boundObjectRef = isBound
            ? { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: account, uid: uids[account] } }
            : {};
        const request = {
            apiVersion: "authentication.k8s.io/v1",
            kind: "TokenRequest",
            metadata: {},
            spec: { audiences: [audience], expirationSeconds: SECONDS, ...boundObjectRef },
        };
        const { status } = await apiServer.ask<{ status: { token: string } }>(
            "POST",
            `/api/v1/namespaces/shop/serviceaccounts/${account}/token`,
            request,
        );
        return status.token;
    }

    /** The ARN of the session that STS gives the AWS SDK for the role `shop`; or its error. */
    async function assumed(jwt: string): Promise<string | undefined> {
        const file = join(stateDir(), "token");
        writeFileSync(file, jwt);
        const clientConfig = { region: REGION, endpoint: identity.url + PATHS.sts };
        try {
            const credentials = await fromTokenFile({
                webIdentityTokenFile: file,
                roleArn: roleArn("shop"),
                roleSessionName: "real",
                clientConfig,
            })();
            return callerOf(new Store(), credentials.accessKeyId, credentials.sessionToken)?.arn;
        } catch (error) {
            return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        }
    }

    /** The response of Pod Identity's agent: a session's ARN, or the error. */
    async function agent(jwt: string): Promise<string | undefined> {
        const answer = await fetch(identity.url + PATHS.podIdentity, { headers: { authorization: jwt } });
        const { message, AccessKeyId, Token } = (await answer.json()) as Record<string, string>;
        return message ?? callerOf(new Store(), AccessKeyId ?? "", Token)?.arn;
    }

    it("are signed with keys that the sandbox's issuer publishes, and have the same claims as the sandbox's own", async () => {
        const published = async (page: string): Promise<unknown> =>
            (await fetch(`${identity.url}${PATHS.oidc}${ISSUER}/${page}`)).json();
        assert.deepEqual(await published("keys"), await apiServer.ask("GET", "/openid/v1/jwks"));
        // EKS adds two claims to those of the API server.
        const own = {
            authorization_endpoint: "urn:kubernetes:programmatic_authorization",
            claims_supported: ["sub", "iss"],
        };
        const discovery = await apiServer.ask<object>("GET", "/.well-known/openid-configuration");
        assert.deepEqual(await published(".well-known/openid-configuration"), { ...discovery, ...own });
        const store = new Store();
        const [cluster] = clustersOf(store);
        const account = cluster && findServiceAccount(store, cluster, "shop", "shop");
        assert.ok(account);
        const sandboxed = signToken(account, { name: "shop", uid: uids["shop"] ?? "" }, AUDIENCE, SECONDS, now);
        assert.deepEqual(shapeOf(sandboxed), shapeOf(await token()));
    });

    it("are accepted by STS for the service account and the audience that the role trusts", async () => {
        assert.equal(await assumed(await token()), `arn:aws:sts::${ACCOUNT}:assumed-role/shop/real`);
    });

    it("are refused for another audience, from another service account, after expiry, and when modified", async () => {
        const right = await token();
        const [head = "", , signature = ""] = right.split(".");
        const claims = { ...claimsOf(right), sub: "system:serviceaccount:shop:shop", exp: 4_102_444_800 };
        const forged = Buffer.from(JSON.stringify(claims)).toString("base64url");
        const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
        const noKey =
            "InvalidIdentityTokenException: Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";
        assert.deepEqual(
            [
                await assumed(await token({ audience: "pods.eks.amazonaws.com" })),
                await assumed(await token({ account: "other" })),
                await assumed([head, forged, signature].join(".")),
                await assumed([unsigned, forged, ""].join(".")),
            ],
            [
                "InvalidIdentityTokenException: Incorrect token audience",
                "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
                noKey,
                noKey,
            ],
        );
        now = new Date(now.getTime() + (SECONDS + 10) * 1000);
        assert.match(
            (await assumed(right)) ?? "",
            /^ExpiredTokenException: Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
        );
    });

    it("are accepted by the Pod Identity agent only if bound to a pod and issued for its audience", async () => {
        const audience = "pods.eks.amazonaws.com";
        assert.match(
            (await agent(await token({ account: "agent", audience }))) ?? "",
            /^arn:aws:sts::111122223333:assumed-role\/agent\/eks-apps-agent-[0-9a-f-]{36}$/,
        );
        assert.deepEqual(
            [
                await agent(await token({ account: "agent", audience, isBound: false })),
                await agent(await token({ account: "agent" })),
                await agent(await token({ account: "other", audience })),
            ],
            [
                "The service account token is not bound to a pod",
                "The audience of the service account token is not pods.eks.amazonaws.com",
                "No association found for service account shop/other in cluster apps",
            ],
        );
    });

    it("authenticate the unmodified client to the database as its own user", async () => {
        const server = await startServer();
        try {
            await makeTenants(await server.postgresFor(RESOURCE_ID), tenantsNamed("shop", "billing"));
            const place = await openPlace(server, { name: "shop/shop" }, process.env);
            const file = join(stateDir(), "real-token");
            writeFileSync(file, await token());
            const job = join(projectDir, "examples/connection-test/src/job.mjs");
            const { code, stdout } = await runNode(job, [], {
                ...place.environment,
                AWS_WEB_IDENTITY_TOKEN_FILE: file,
            });
            await place.close();
            const { ok, user } = JSON.parse(stdout) as Record<string, unknown>;
            assert.deepEqual([code, ok, user], [0, true, "shop_app"]);
        } finally {
            await server.stop();
        }
    });
});

interface Made {
    readonly metadata: { readonly uid: string };
}

function claimsOf(jwt: string): Record<string, unknown> {
    return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;
}

/** Header and claims; of what differs between any two tokens, only its type. */
function shapeOf(jwt: string): unknown {
    const header = JSON.parse(Buffer.from(jwt.split(".")[0] ?? "", "base64url").toString()) as Record<string, unknown>;
    const { iat, nbf, exp, jti, ...claims } = claimsOf(jwt);
    return {
        alg: header["alg"],
        kid: header["kid"],
        claims,
        types: [iat, nbf, exp, jti].map((value) => typeof value),
        seconds: Number(exp) - Number(iat),
        isValidAtOnce: nbf === iat,
    };
}
