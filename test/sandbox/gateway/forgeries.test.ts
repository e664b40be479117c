import assert from "node:assert/strict";

import { Signer } from "@aws-sdk/rds-signer";

import { Store } from "../../../sandbox/cloud/store";
import { sandboxCredentials } from "../../../sandbox/identity/credentials";
import { endpointsOf } from "../../../sandbox/cloud/aws/databaseEndpoints";
import type { Endpoint } from "../../../sandbox/cloud/aws/databaseEndpoints";
import { refuseLogin } from "../../../sandbox/gateway/login";
import { assumeAsService } from "../../../sandbox/identity/assume";
import type { Credentials } from "../../../sandbox/identity/session";
import {
    ACCOUNT,
    connectStatement,
    OTHER_ACCOUNT,
    put,
    putRole,
    REGION,
    roleArn,
    serviceTrust,
} from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

const HOST = "keyless.cluster-x.eu-central-1.rds.amazonaws.com";
const ID = "cluster-ABC";
const USER = "shop_app";
const SERVICE = "lambda.amazonaws.com";

/** An attacker's material: tokens and credentials that are valid for something else. */
interface Loot {
    /** A valid token. */
    readonly token: string;
    readonly shop: Credentials;
    readonly billing: Credentials;
    readonly sign: (change: Partial<Signing>) => Promise<string>;
}

interface Signing {
    readonly hostname: string;
    readonly port: number;
    readonly username: string;
    readonly region: string;
    readonly credentials: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken?: string;
    };
}

const flip = (text: string, at: number): string =>
    text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
const part =
    (name: string, to: (value: string) => string) =>
    async ({ token }: Loot) =>
        token.replace(new RegExp(`(${name}=)([^&]*)`), (_, before: string, value: string) => before + to(value));

/** Each derives a password from the loot that must be refused. */
const FORGERIES: Readonly<Record<string, (loot: Loot) => Promise<string>>> = {
    "for another user, signed": ({ sign }) => sign({ username: "billing_app" }),
    "for another user, edited": part("DBUser", () => "billing_app"),
    "for the user in capitals": ({ sign }) => sign({ username: USER.toUpperCase() }),
    "for the user with a space": ({ sign }) => sign({ username: `${USER} ` }),
    "for the user with a zero byte": part("DBUser", (user) => `${user}%00`),
    "for every user": ({ sign }) => sign({ username: "*" }),
    "for the reader's host name": ({ sign }) => sign({ hostname: HOST.replace(".cluster-", ".cluster-ro-") }),
    "for a host of another domain": ({ sign }) => sign({ hostname: `${HOST}.example.com` }),
    "for localhost": ({ sign }) => sign({ hostname: "127.0.0.1" }),
    "for the host, edited from another": async ({ sign }) =>
        (await sign({ hostname: "other.example.com" })).replace("other.example.com", HOST),
    "for another port": ({ sign }) => sign({ port: 5433 }),
    "for another port, edited": async ({ sign }) => (await sign({ port: 5433 })).replace(":5433", ":5432"),
    "for another region": ({ sign }) => sign({ region: "us-east-1" }),
    "for another region, edited": async ({ sign }) =>
        (await sign({ region: "us-east-1" })).replace("us-east-1", REGION),
    "of another service": part("X-Amz-Credential", (scope) => scope.replace("rds-db", "sts")),
    "of another day": part("X-Amz-Credential", (scope) => scope.replace(/%2F\d{8}%2F/, "%2F20200101%2F")),
    "of a later time": part("X-Amz-Date", (date) => date.replace(/T\d{6}/, "T235959")),
    "of no time": part("X-Amz-Date", () => "never"),
    "with a longer lifetime": part("X-Amz-Expires", () => "86400"),
    "with an infinite lifetime": part("X-Amz-Expires", () => "Infinity"),
    "with one bit of the signature changed": part("X-Amz-Signature", (signature) =>
        flip(signature.toUpperCase(), 10).toLowerCase(),
    ),
    "with half of a signature": part("X-Amz-Signature", (signature) => signature.slice(0, 32)),
    "with an empty signature": part("X-Amz-Signature", () => ""),
    "without a signature": async ({ token }) => token.replace(/&X-Amz-Signature=[^&]*/, ""),
    "with two signatures": async ({ token }) => `${token}&X-Amz-Signature=00`,
    "with two users": async ({ token }) => `${token}&DBUser=billing_app`,
    "with an unsigned parameter": async ({ token }) => `${token}&X-More=1`,
    "by another algorithm": part("X-Amz-Algorithm", () => "none"),
    "by the older signature": part("X-Amz-Algorithm", () => "AWS4-HMAC-SHA1"),
    "with another header signed": part("X-Amz-SignedHeaders", () => "host%3Bx"),
    "for another action": part("Action", () => "ExecuteStatement"),
    "with another role's credentials": ({ sign, billing }) => sign({ credentials: billing }),
    "with another role's session token": ({ sign, shop, billing }) =>
        sign({ credentials: { ...shop, sessionToken: billing.sessionToken } }),
    "with another role's key and this one's session token": ({ sign, shop, billing }) =>
        sign({ credentials: { ...billing, sessionToken: shop.sessionToken } }),
    "without the session token": ({ sign, shop: { accessKeyId, secretAccessKey } }) =>
        sign({ credentials: { accessKeyId, secretAccessKey } }),
    "with a session token cut short": ({ sign, shop }) =>
        sign({ credentials: { ...shop, sessionToken: shop.sessionToken.slice(0, -8) } }),
    "with a session token changed": ({ sign, shop }) =>
        sign({ credentials: { ...shop, sessionToken: flip(shop.sessionToken, 60) } }),
    "with a self-made session token": ({ sign, shop }) => {
        const own = Buffer.from(
            JSON.stringify({ accessKeyId: shop.accessKeyId, session: { roleArn: roleArn("shop") } }),
        ).toString("base64");
        return sign({ credentials: { ...shop, sessionToken: `IQoJb3JpZ2luX2Vj${own}` } });
    },
    "with a guessed secret": ({ sign, shop }) =>
        sign({ credentials: { ...shop, secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" } }),
    "with an unknown key": ({ sign, shop }) => sign({ credentials: { ...shop, accessKeyId: "ASIAIOSFODNN7EXAMPLE" } }),
    "with the developer's key id and another secret": ({ sign }) =>
        sign({ credentials: { accessKeyId: sandboxCredentials().accessKeyId, secretAccessKey: "guessed" } }),
    "with a role of another account that has this very permission": ({ sign }) =>
        sign({ credentials: credentialsOf("abroad", OTHER_ACCOUNT) }),
    "with a role that is denied": ({ sign }) => sign({ credentials: credentialsOf("denied") }),
    "with a role whose policy has the database's name in place of its resource id": ({ sign }) =>
        sign({ credentials: credentialsOf("named") }),
    "with a role that is allowed to connect to another database": ({ sign }) =>
        sign({ credentials: credentialsOf("neighbour") }),
    "with a role that is allowed everything but to connect": ({ sign }) =>
        sign({ credentials: credentialsOf("nearly") }),
    "as a whole URL": async ({ token }) => `https://${token}`,
    "with a second question mark": async ({ token }) => token.replace("/?", "/??"),
    "with a user in the address": async ({ token }) => `x@${token}`,
    "that is empty": async () => "",
    "that is a password": async () => "hunter2",
    "of sixty thousand letters": async ({ token }) => `${token}&X=${"A".repeat(60_000)}`,
};

describe("a forged token", () => {
    withEmptyState();
    let store: Store;
    let endpoint: Endpoint;
    let loot: Loot;
    let signed: Date;

    before(async () => {
        store = new Store();
        putDatabase();
        putRoles();
        const [first] = endpointsOf(store);
        assert.ok(first);
        endpoint = first;
        const [shop, billing] = [credentialsOf("shop"), credentialsOf("billing")];
        const signing = { hostname: HOST, port: 5432, username: USER, region: REGION, credentials: shop };
        const sign = (change: Partial<Signing>) => new Signer({ ...signing, ...change }).getAuthToken();
        signed = new Date();
        loot = { token: await sign({}), shop, billing, sign };
    });

    const judge = (token: string, { now = signed, user = USER } = {}): string | undefined =>
        refuseLogin({ store, clock: () => now }, endpoint, token, user)?.line.replace(/.*Error Code: (\w+)\)$/, "$1");

    it("differs from the original, which is valid", () => {
        assert.equal(judge(loot.token), undefined);
    });

    for (const [title, forge] of Object.entries(FORGERIES)) {
        it(`${title} is refused`, async () => {
            const forged = await forge(loot);
            assert.notEqual(forged, loot.token);
            assert.match(judge(forged) ?? "allowed", /^(InvalidToken|NotAuthorized)$/);
        });
    }

    it("is refused if it is a valid token replayed after its expiry or that of its credentials", async () => {
        const minutes = (count: number) => new Date(signed.getTime() + count * 60_000);
        assert.deepEqual(
            [judge(loot.token, { now: minutes(14) }), judge(loot.token, { now: minutes(16) })],
            [undefined, "ExpiredToken"],
        );
        const brief = await loot.sign({ credentials: credentialsOf("shop", ACCOUNT, 300) });
        assert.deepEqual(
            [judge(brief, { now: minutes(4) }), judge(brief, { now: minutes(6) })],
            [undefined, "ExpiredToken"],
        );
    });

    it("is refused if it is a valid token for another user, a database without IAM authentication, or a deleted role", () => {
        assert.equal(judge(loot.token, { user: "billing_app" }), "InvalidToken");
        const closed = { ...endpoint, tokens: false };
        assert.equal(
            refuseLogin({ store, clock: () => signed }, closed, loot.token, USER)?.reason,
            "IAM authentication is disabled for the database",
        );
        store.remove("aws:iam/role:Role", "shop");
        assert.equal(judge(loot.token), "InvalidToken");
    });
});

function credentialsOf(role: string, account = ACCOUNT, seconds = 3600): Credentials {
    const world = { store: new Store(), clock: () => new Date() };
    return assumeAsService(world, SERVICE, { roleArn: roleArn(role, account), sessionName: "thief", seconds }, {})
        .credentials;
}

function putDatabase(): void {
    put("aws:rds/cluster:Cluster", "keyless", {
        ...{ clusterIdentifier: "keyless", clusterResourceId: ID, endpoint: HOST, port: 5432, engineVersion: "16.6" },
        ...{ masterUsername: "postgres", iamDatabaseAuthenticationEnabled: true },
    });
    put("aws:rds/clusterInstance:ClusterInstance", "keyless-0", { clusterIdentifier: "keyless" });
}

function putRoles(): void {
    const trust = serviceTrust(SERVICE);
    const connects = connectStatement(ID, USER);
    putRole("shop", trust, [connects]);
    putRole("billing", trust, [connectStatement(ID, "billing_app")]);
    putRole("abroad", trust, [connects], { account: OTHER_ACCOUNT });
    putRole("denied", trust, [connects, { Effect: "Deny", Action: "rds-db:*", Resource: "*" }]);
    putRole("named", trust, [connectStatement("keyless", USER)]);
    putRole("neighbour", trust, [connectStatement("cluster-ABCD", USER)]);
    putRole("nearly", trust, [{ Effect: "Allow", NotAction: "rds-db:connect", Resource: "*" }]);
}
