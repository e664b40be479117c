import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { fromTemporaryCredentials, fromTokenFile } from "@aws-sdk/credential-providers";
import type { AwsCredentialIdentity } from "@aws-sdk/types";

import { Store } from "../../../sandbox/cloud/store";
import { sandboxCredentials } from "../../../sandbox/identity/credentials";
import { callerOf } from "../../../sandbox/identity/caller";
import { clustersOf, findServiceAccount } from "../../../sandbox/identity/clusters";
import { openIdentity } from "../../../sandbox/identity/endpoints";
import type { IdentityServices } from "../../../sandbox/identity/endpoints";
import { signToken } from "../../../sandbox/identity/jwt";
import { stateDir } from "../../../toolkit/paths";
import {
    ACCOUNT,
    irsaTrust,
    OTHER_ACCOUNT,
    putCluster,
    putRole,
    putServiceAccount,
    REGION,
    roleArn,
} from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

const assumes = (principal: string, more: object = {}): object => ({
    ...{ Effect: "Allow", Principal: { AWS: principal }, Action: ["sts:AssumeRole", "sts:TagSession"] },
    ...more,
});
const mayAssume = (...roles: readonly string[]): object => ({
    Effect: "Allow",
    Action: ["sts:AssumeRole", "sts:TagSession"],
    Resource: roles,
});

describe("the sandbox's STS", () => {
    withEmptyState();
    let identity: IdentityServices;
    let now: Date;
    const world = { store: undefined as unknown as Store, clock: () => now };

    before(async () => {
        now = new Date();
        world.store = new Store();
        identity = await openIdentity(world, async () => []);
        putCluster(ACCOUNT);
        putServiceAccount(
            "shop",
            "shop",
            putRole("shop", irsaTrust("shop", "shop"), [mayAssume(roleArn("far", OTHER_ACCOUNT), roleArn("near"))]),
        );
        putServiceAccount("shop", "other");
    });

    after(() => identity.close());

    const token = (name = "shop", audience = "sts.amazonaws.com", seconds = 3600): string => {
        const [cluster] = clustersOf(world.store);
        const account = cluster && findServiceAccount(world.store, cluster, "shop", name);
        assert.ok(account);
        return signToken(account, { name: "pod", uid: "0" }, audience, seconds, now);
    };

    /** Uses the SDK's own provider, as on EKS; returns the error of STS if it refuses. */
    const webIdentity = async (jwt: string, role = roleArn("shop")): Promise<AwsCredentialIdentity | string> => {
        const file = join(stateDir(), "token");
        writeFileSync(file, jwt);
        const provider = fromTokenFile({
            webIdentityTokenFile: file,
            roleArn: role,
            roleSessionName: "test",
            clientConfig: client(),
        });
        return provider().catch(said);
    };
    const client = () => ({ region: REGION, endpoint: identity.url });
    const said = (error: Error) => `${error.name}: ${error.message}`;
    const assume = (
        role: string,
        credentials: AwsCredentialIdentity,
        more: object = {},
    ): Promise<AwsCredentialIdentity | string> =>
        fromTemporaryCredentials({
            ...{
                masterCredentials: credentials,
                clientConfig: client(),
                params: { RoleArn: role, RoleSessionName: "next", ...more },
            },
        })().catch(said);
    const whoIs = (credentials: AwsCredentialIdentity | string): string | undefined =>
        typeof credentials === "string"
            ? credentials
            : callerOf(world.store, credentials.accessKeyId, credentials.sessionToken)?.arn;
    const asShop = async (): Promise<AwsCredentialIdentity> => {
        const credentials = await webIdentity(token());
        assert.ok(typeof credentials !== "string");
        return credentials;
    };

    it("returns the role's credentials for a service account's token, for an hour", async () => {
        const credentials = await asShop();
        assert.equal(whoIs(credentials), `arn:aws:sts::${ACCOUNT}:assumed-role/shop/test`);
        const left = (credentials.expiration?.getTime() ?? 0) - now.getTime();
        assert.ok(left > 3_598_000 && left <= 3_600_000, String(left));
    });

    it("refuses tokens in AWS' words", async () => {
        const [head = "", body = "", signature = ""] = token().split(".");
        const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
        const changed = Buffer.from(
            Buffer.from(body, "base64url").toString().replace("shop:shop", "shop:root"),
        ).toString("base64url");
        const elsewhere = Buffer.from(
            Buffer.from(body, "base64url")
                .toString()
                .replace(/0123456789"/, '9876543210"'),
        ).toString("base64url");
        const unverified =
            "InvalidIdentityTokenException: Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";
        const malformed =
            "InvalidIdentityTokenException: The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
        const refused = "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity";
        const cases: readonly [string, string, string?][] = [
            [token("other"), refused],
            [token(), refused, roleArn("missing")],
            [
                token(),
                `InvalidIdentityTokenException: No OpenIDConnect provider found in your account for https://oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789`,
                roleArn("shop", OTHER_ACCOUNT),
            ],
            [token("shop", "pods.eks.amazonaws.com"), "InvalidIdentityTokenException: Incorrect token audience"],
            [`${head}.${changed}.${signature}`, unverified],
            [`${head}.${elsewhere}.${signature}`, unverified],
            [`${none}.${body}.`, unverified],
            [`${none}.${body}.${signature}`, unverified],
            [`${head}.${body}.${signature.slice(0, -4)}`, unverified],
            [`${head}.${body}`, malformed],
            ["nonsense", malformed],
        ];
        const answers = await Promise.all(
            cases.map(async ([jwt, , role]) => whoIs(await serially(() => webIdentity(jwt, role)))),
        );
        assert.deepEqual(
            answers,
            cases.map(([, answer]) => answer),
        );
    });

    it("refuses an expired token", async () => {
        const old = token("shop", "sts.amazonaws.com", 600);
        const seconds = Math.floor(now.getTime() / 1000);
        now = new Date(now.getTime() + 600_000);
        assert.equal(
            await webIdentity(old),
            `ExpiredTokenException: Token expired: current date/time ${seconds + 600} must be before the expiration date/time ${seconds + 600}`,
        );
        now = new Date();
    });

    it("uses the current trust", async () => {
        putRole("moment", irsaTrust("shop", "shop"));
        assert.equal(
            whoIs(await webIdentity(token(), roleArn("moment"))),
            `arn:aws:sts::${ACCOUNT}:assumed-role/moment/test`,
        );
        putRole("moment", irsaTrust("shop", "other"));
        assert.equal(
            await webIdentity(token(), roleArn("moment")),
            "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
        );
    });

    it("refuses sessions of a role that was recreated", async () => {
        putRole("recreated", irsaTrust("shop", "shop"));
        const credentials = await webIdentity(token(), roleArn("recreated"));
        putRole("recreated", irsaTrust("shop", "shop"));
        assert.equal(whoIs(credentials), undefined);
    });

    it("lets a role assume another one that trusts it, with its own permission if the trust does not name it", async () => {
        const shop = await asShop();
        const denial = (role: string, action = "AssumeRole"): string =>
            `AccessDenied: User: arn:aws:sts::${ACCOUNT}:assumed-role/shop/test is not authorized to perform: sts:${action} on resource: ${role}`;
        const inAccount = (name: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/next`;
        const ofAccount = `arn:aws:iam::${ACCOUNT}:root`;
        const far = putRole("far", assumes(roleArn("shop")), [], { account: OTHER_ACCOUNT });
        const cases: readonly [string, string, object?][] = [
            [putRole("near", assumes(ofAccount)), inAccount("near")],
            [putRole("named", assumes(roleArn("shop"))), inAccount("named")],
            [putRole("account", assumes(ofAccount)), denial(roleArn("account"))],
            [putRole("closed", assumes(roleArn("near"))), denial(roleArn("closed"))],
            [far, `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/far/next`],
            [
                putRole("unasked", assumes(roleArn("shop")), [], { account: OTHER_ACCOUNT }),
                denial(roleArn("unasked", OTHER_ACCOUNT)),
            ],
            [
                putRole(
                    "secret",
                    assumes(roleArn("shop"), { Condition: { StringEquals: { "sts:ExternalId": "word" } } }),
                ),
                denial(roleArn("secret")),
            ],
            [roleArn("secret"), inAccount("secret"), { ExternalId: "word" }],
            [
                putRole("denying", [
                    assumes(ofAccount),
                    { Effect: "Deny", Principal: { AWS: roleArn("shop") }, Action: "sts:*" },
                ]),
                denial(roleArn("denying")),
            ],
            [
                putRole("untagged", { ...assumes(roleArn("shop")), Action: "sts:AssumeRole" }),
                denial(roleArn("untagged"), "TagSession"),
                { Tags: [{ Key: "team", Value: "shop" }] },
            ],
        ];
        for (const [role, answer, more] of cases) {
            assert.equal(whoIs(await assume(role, shop, more)), answer, role);
        }
    });

    it("passes only transitive session tags on", async () => {
        putRole("first", assumes(roleArn("shop")), [mayAssume(roleArn("second"))]);
        putRole(
            "second",
            assumes(roleArn("first"), { Condition: { StringEquals: { "aws:PrincipalTag/team": "shop" } } }),
        );
        const tags = [
            { Key: "team", Value: "shop" },
            { Key: "size", Value: "s" },
        ];
        const first = await assume(roleArn("first"), await asShop(), { Tags: tags, TransitiveTagKeys: ["team"] });
        assert.ok(typeof first !== "string");
        const second = await assume(roleArn("second"), first);
        assert.ok(typeof second !== "string");
        assert.deepEqual(callerOf(world.store, second.accessKeyId, second.sessionToken)?.session?.tags, {
            team: "shop",
        });
        assert.match(
            whoIs(await assume(roleArn("second"), first, { Tags: [{ Key: "Team", Value: "x" }] })) ?? "",
            /^InvalidParameterValue: /,
        );
    });

    it("enforces the limits of a session's duration", async () => {
        const shop = await asShop();
        const developer = sandboxCredentials();
        putRole("short", [assumes(roleArn("shop")), assumes(`arn:aws:iam::${ACCOUNT}:root`)]);
        putRole("long", [assumes(roleArn("shop")), assumes(`arn:aws:iam::${ACCOUNT}:root`)], [], {
            maxSessionDuration: 43_200,
        });
        const asked = async (role: string, who: AwsCredentialIdentity, DurationSeconds: number) =>
            whoIs(await assume(roleArn(role), who, { DurationSeconds }));
        assert.deepEqual(
            [
                await asked("short", developer, 3601),
                await asked("long", developer, 43_200),
                await asked("long", shop, 3601),
                await asked("long", shop, 899),
            ],
            [
                "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
                `arn:aws:sts::${ACCOUNT}:assumed-role/long/next`,
                "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
                "ValidationError: 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
            ],
        );
    });

    it("refuses requests that are unsigned or signed with other credentials", async () => {
        const shop = await asShop();
        const target = putRole("signed", assumes(roleArn("shop")));
        const invalid = "InvalidClientTokenId: The security token included in the request is invalid.";
        const answers = [
            await assume(target, { ...shop, secretAccessKey: "wrong" }),
            await assume(target, { ...shop, accessKeyId: "ASIAAAAAAAAAAAAAAAAA" }),
            await assume(target, { ...shop, sessionToken: `${shop.sessionToken ?? ""}AAAA` }),
            await assume(target, { accessKeyId: shop.accessKeyId, secretAccessKey: shop.secretAccessKey }),
        ].map(whoIs);
        assert.match(answers[0] ?? "", /^SignatureDoesNotMatch: /);
        assert.deepEqual(answers.slice(1), [invalid, invalid, invalid]);
        const plain = await fetch(identity.url, {
            method: "POST",
            body: "Action=GetCallerIdentity&Version=2011-06-15",
        });
        assert.deepEqual(
            [plain.status, /<Code>(.*)<\/Code>/.exec(await plain.text())?.[1]],
            [403, "MissingAuthenticationToken"],
        );
    });

    it("serves the issuer's discovery document and keys", async () => {
        const at = `${identity.url}/oidc/oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789`;
        const discovery = (await (await fetch(`${at}/.well-known/openid-configuration`)).json()) as Record<
            string,
            unknown
        >;
        const { keys } = (await (await fetch(`${at}/keys`)).json()) as { keys: Record<string, string>[] };
        const header = JSON.parse(Buffer.from(token().split(".")[0] ?? "", "base64url").toString()) as { kid: string };
        assert.deepEqual(
            [
                discovery["issuer"],
                keys.map(({ kid, kty, alg }) => ({ kid, kty, alg })),
                Object.keys(keys[0] ?? {}).includes("d"),
            ],
            [
                `https://oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789`,
                [{ kid: header.kid, kty: "RSA", alg: "RS256" }],
                false,
            ],
        );
        assert.equal((await fetch(`${identity.url}/oidc/example.com/keys`)).status, 404);
    });

    let last: Promise<unknown> = Promise.resolve();
    /** One call at a time: the SDK reads the token from one file. */
    function serially<T>(work: () => Promise<T>): Promise<T> {
        const mine = last.then(work, work);
        last = mine;
        return mine;
    }
});
