import assert from "node:assert/strict";

import { Signer } from "@aws-sdk/rds-signer";

import { refuseToken as judge } from "../../../sandbox/gateway/token";
import type { TokenExpectation } from "../../../sandbox/gateway/token";

const HOST = "keyless.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";
const KEY = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const USER = "shop_app";

const refuseToken = (token: string, expected: TokenExpectation) => judge(token, expected)?.reason;

describe("a token", () => {
    it("made by the AWS SDK is valid", async () => {
        assert.equal(refuseToken(await token(), expectation()), undefined);
    });

    it("made by Go's SDK, which omits the slash, is valid", async () => {
        const made = await token();
        assert.equal(refuseToken(made.replace("/?", "?"), expectation()), undefined);
    });

    it("is valid for any user name", async () => {
        const user = "O'Brien (shop) *!~ + 50% 名/\\&=";
        assert.equal(refuseToken(await token({ username: user }), expectation({ user })), undefined);
    });

    it("of temporary credentials is valid with their session token", async () => {
        const sessionToken = "IQoJb3JpZ2luX2VjE+/=";
        const made = await token({ credentials: { ...KEY, sessionToken } });
        assert.equal(refuseToken(made, expectation({ keyOf: () => ({ ...KEY, sessionToken }) })), undefined);
        assert.equal(
            refuseToken(made, expectation({ keyOf: () => ({ ...KEY, sessionToken: "another" }) })),
            'the token\'s session token does not belong to the access key "AKIAIOSFODNN7EXAMPLE"',
        );
    });

    it("made for something else is refused", async () => {
        const refusals = [
            refuseToken(await token({ username: "billing_app" }), expectation()),
            refuseToken(await token({ hostname: "other.rds.amazonaws.com" }), expectation()),
            refuseToken(await token({ port: 5433 }), expectation()),
            refuseToken(await token({ region: "eu-west-1" }), expectation()),
            refuseToken(await token({ credentials: { ...KEY, secretAccessKey: "wrong" } }), expectation()),
            refuseToken(await token(), expectation({ keyOf: () => undefined })),
        ];
        assert.deepEqual(refusals, [
            'the token\'s user is "billing_app", not "shop_app"',
            `the token is for other.rds.amazonaws.com:5432, the connection for ${HOST}:5432`,
            `the token is for ${HOST}:5433, the connection for ${HOST}:5432`,
            'the token\'s region is "eu-west-1", not "eu-central-1"',
            "the token's signature is invalid",
            'the token is signed with the unknown access key "AKIAIOSFODNN7EXAMPLE"',
        ]);
    });

    it("is valid for 15 minutes, if the clocks differ by less than five", async () => {
        const made = await token();
        const signed = signingTime(made);
        const after = (minutes: number) =>
            refuseToken(made, expectation({ now: new Date(signed.getTime() + minutes * 60_000) }));
        assert.deepEqual(
            [after(-4.9), after(14.9), after(15), after(-5.1)],
            [
                undefined,
                undefined,
                `the token expired at ${new Date(signed.getTime() + 900_000).toISOString()}`,
                `the token is not valid before ${new URL(`https://${made}`).searchParams.get("X-Amz-Date")}`,
            ],
        );
    });

    it("is refused after any change", async () => {
        const made = await token();
        for (const change of CHANGES) {
            const forged = change(made);
            assert.notEqual(forged, made, `${change} changes nothing`);
            assert.notEqual(refuseToken(forged, expectation()), undefined, `allowed by ${change}`);
        }
    });
});

const CHANGES: readonly ((made: string) => string)[] = [
    (made) => `https://${made}`,
    (made) => made.replace("/?", "//?"),
    (made) => made.replace("/?", "/x?"),
    (made) => made.replace("Action=connect", "Action=Connect"),
    (made) => made.replace("Action=connect", "Action=connect&Action=connect"),
    (made) => made.replace("Action=connect&", ""),
    (made) => `${made}&DBUser=postgres`,
    (made) => `${made}&More=1`,
    (made) => `${made}/?x=y`,
    (made) => made.replace("DBUser=shop_app", "DBUser=%73hop_app%00"),
    (made) => made.replace("DBUser=shop_app", "DBUser=%zz"),
    (made) => made.replace("AWS4-HMAC-SHA256", "none"),
    (made) => made.replace("SignedHeaders=host", "SignedHeaders=host%3Bx"),
    (made) => made.replace("rds-db", "rds"),
    (made) => made.replace("aws4_request", "aws4"),
    (made) => made.replace("X-Amz-Expires=900", "X-Amz-Expires=901"),
    (made) => made.replace("X-Amz-Expires=900", "X-Amz-Expires=-1"),
    (made) => made.replace("X-Amz-Expires=900", "X-Amz-Expires=9e9"),
    (made) => made.replace(/X-Amz-Date=\d{8}T\d{6}Z/, "X-Amz-Date=now"),
    (made) => made.replace(/X-Amz-Date=(\d{8})T\d{6}Z/, "X-Amz-Date=$1T000000Z"),
    (made) => made.replace(/X-Amz-Signature=[0-9a-f]/, "X-Amz-Signature="),
    (made) => made.replace(/X-Amz-Signature=[0-9a-f]+/, "X-Amz-Signature="),
    (made) => made.replace(/&X-Amz-Signature=[0-9a-f]+/, ""),
    (made) => made.replace(/X-Amz-Signature=[0-9a-f]+/, `X-Amz-Signature=${"0".repeat(64)}`),
    () => "",
    () => "password",
];

function expectation(change: Partial<TokenExpectation> = {}): TokenExpectation {
    const keyOf = (id: string) => (id === KEY.accessKeyId ? KEY : undefined);
    return { host: HOST, port: 5432, region: "eu-central-1", user: USER, now: new Date(), keyOf, ...change };
}

function token(change: Partial<ConstructorParameters<typeof Signer>[0]> = {}): Promise<string> {
    return new Signer({
        hostname: HOST,
        port: 5432,
        username: USER,
        region: "eu-central-1",
        credentials: KEY,
        ...change,
    }).getAuthToken();
}

function signingTime(made: string): Date {
    const date = new URL(`https://${made}`).searchParams.get("X-Amz-Date") ?? "";
    return new Date(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
