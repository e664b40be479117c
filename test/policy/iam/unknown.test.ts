import assert from "node:assert/strict";
import { parseDocument, reach, documentKind, trust, UNKNOWN, visible } from "../../../policy/iam";
import { deny, of, other, user } from "./table/row";

const half = user.replace("cluster-ABC", UNKNOWN);
const judge = (...statements: Record<string, unknown>[]) => reach([parseDocument(of(...statements), "identity")]);
const named = (...statements: Record<string, unknown>[]): string[] =>
    judge(...statements).users.map(({ arn }) => visible(arn));

describe("documents with unknown parts", () => {
    it("are exact as far as they are known", () => {
        assert.deepEqual(
            [judge({ Resource: half }).verdict, named({ Resource: [half, other] })],
            ["unknown", [visible(half.replace(UNKNOWN, "<unknown>")), other]],
        );
        for (const statement of [
            { Resource: UNKNOWN },
            { Action: UNKNOWN, Resource: "*" },
            { Effect: UNKNOWN, Resource: "*" },
            { NotAction: UNKNOWN, Resource: "*" },
            { NotResource: UNKNOWN },
        ]) {
            assert.equal(
                judge(statement).verdict,
                "NotAction" in statement || "NotResource" in statement ? "excess" : "unknown",
                JSON.stringify(statement),
            );
        }
        assert.equal(judge({ Resource: "*" }, deny({ NotResource: half })).verdict, "unknown");
    });

    it("have excess if no value can fix it", () => {
        const found = judge({ Resource: half.replace("shop", "*") });
        assert.deepEqual(
            [found.verdict, found.excesses.map(({ counterexample }) => visible(counterexample))],
            ["excess", ["arn:aws:rds-db:eu-central-1:111122223333:dbuser:<unknown>/postgres"]],
        );
        assert.equal(judge({ Resource: UNKNOWN }, { Resource: "*" }).verdict, "excess");
        assert.equal(judge({ Resource: "*" }, deny({ Resource: UNKNOWN })).verdict, "excess");
        assert.equal(judge({ Effect: UNKNOWN, Resource: "*" }, { Resource: "*" }).verdict, "excess");
    });

    it("are none or exact if the unknown part cannot matter", () => {
        assert.equal(judge({ Action: "s3:*", Resource: UNKNOWN }).verdict, "none");
        assert.equal(judge({}, { Action: "s3:*", Resource: UNKNOWN }).verdict, "exact");
        assert.equal(judge({}, deny({ Resource: UNKNOWN })).verdict, "exact");
        assert.equal(judge({ Condition: { StringEquals: { "aws:username": UNKNOWN } } }).verdict, "exact");
        assert.equal(judge({ Resource: half.replace("arn:aws:rds-db", "arn:aws:s3") }).verdict, "none");
    });

    it("may be unknown entirely, or in the middle of their text", () => {
        for (const input of [
            UNKNOWN,
            `{"Statement":${UNKNOWN}}`,
            { Statement: UNKNOWN },
            { Statement: [UNKNOWN] },
            { Version: UNKNOWN, Statement: UNKNOWN },
        ]) {
            assert.equal(reach([parseDocument(input, "identity")]).verdict, "unknown", JSON.stringify(input));
        }
        assert.equal(
            reach([
                parseDocument(
                    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds-db:connect","Resource":"${half}*"}]}`,
                    "identity",
                ),
            ]).verdict,
            "excess",
        );
    });

    it("treat a variable as one if the version is not known yet", () => {
        assert.equal(
            reach([
                parseDocument(
                    {
                        Version: UNKNOWN,
                        Statement: [
                            { Effect: "Allow", Action: "rds-db:connect", Resource: user.replace("shop", "${a}") },
                        ],
                    },
                    "identity",
                ),
            ]).verdict,
            "excess",
        );
    });

    it("are still rejected if malformed", () => {
        assert.equal(judge({ Resource: UNKNOWN, Sid: 1 }).verdict, "invalid");
    });

    const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/A";
    const web = (
        condition: unknown,
        federated: unknown = `arn:aws:iam::111122223333:oidc-provider/${issuer}`,
    ): string =>
        trust(
            parseDocument(
                {
                    Version: "2012-10-17",
                    Statement: [
                        {
                            Effect: "Allow",
                            Principal: { Federated: federated },
                            Action: "sts:AssumeRoleWithWebIdentity",
                            Condition: condition,
                        },
                    ],
                },
                "trust",
            ),
        ).verdict;

    it("may have conditions that are not known yet", () => {
        const of = (Condition: unknown): string =>
            trust(
                parseDocument(
                    {
                        Statement: [
                            {
                                Effect: "Allow",
                                Principal: { AWS: "arn:aws:iam::444455556666:root" },
                                Action: "sts:AssumeRole",
                                Condition,
                            },
                        ],
                    },
                    "trust",
                ),
            ).verdict;
        const open = [
            UNKNOWN,
            { StringLike: UNKNOWN },
            { StringEquals: { [`${UNKNOWN}x`]: "a" } },
            { StringLike: { "sts:ExternalId": UNKNOWN } },
            { Bool: { "aws:MultiFactorAuthPresent": UNKNOWN } },
        ];
        assert.deepEqual(
            open.map(of),
            open.map(() => "unknown"),
        );
        assert.deepEqual(
            [of({ StringEquals: { "sts:ExternalId": UNKNOWN } }), of({ StringLike: { "aws:PrincipalArn": "*" } })],
            ["exact", "excess"],
        );
    });

    it("include trust documents", () => {
        const good = { StringEquals: { [`${issuer}:sub`]: "a", [`${issuer}:aud`]: "b" } };
        assert.deepEqual(
            [
                web(good),
                web(good, UNKNOWN),
                web(UNKNOWN),
                web({ StringEquals: UNKNOWN }),
                web({ StringEquals: { [`${issuer}:sub`]: UNKNOWN, [`${issuer}:aud`]: "b" } }),
            ],
            ["exact", "unknown", "unknown", "unknown", "unknown"],
        );
        assert.deepEqual(
            [
                web({}, UNKNOWN),
                web({ StringEquals: { [`${issuer}:aud`]: UNKNOWN } }),
                web({ StringLike: { [`${issuer}:sub`]: UNKNOWN }, StringEquals: { [`${issuer}:aud`]: "b" } }),
            ],
            ["excess", "excess", "excess"],
        );
        const of = (principal: unknown, more: object = {}): string =>
            trust(
                parseDocument(
                    { Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more }] },
                    "trust",
                ),
            ).verdict;
        assert.deepEqual(
            [
                of(UNKNOWN),
                of({ AWS: UNKNOWN }),
                of({ Service: UNKNOWN }),
                of({ AWS: "*" }, { Effect: UNKNOWN }),
                of({ AWS: "*" }, { Action: UNKNOWN }),
            ],
            ["unknown", "unknown", "unknown", "unknown", "unknown"],
        );
        assert.deepEqual(
            [
                of({ Service: "pods.eks.amazonaws.com" }, { Condition: UNKNOWN }),
                of(
                    { Service: "pods.eks.amazonaws.com" },
                    { Condition: { StringEquals: { "aws:SourceArn": UNKNOWN } } },
                ),
            ],
            ["unknown", "unknown"],
        );
    });
});

describe("the kind of a document, by its shape", () => {
    it("is trust if it has principals but no resource", () => {
        const kinds = [
            { Statement: [{ Principal: "*", Action: "sts:AssumeRole" }] },
            { Statement: { NotPrincipal: "*" } },
            { Statement: [{ Action: ["sts:AssumeRole"] }] },
            { Statement: [{ Action: "rds-db:connect", Resource: "*" }] },
            { Statement: [{ Principal: "*", Action: "s3:GetObject", Resource: "*" }] },
            { Statement: [{ Principal: "*", NotResource: "*" }] },
            { Statement: [] },
            {},
            "nonsense",
            "null",
            { Statement: [{ Effect: "Allow" }, { Principal: "*", Action: "sts:AssumeRole" }] },
            {
                Statement: [
                    { Principal: "*", Action: "sts:AssumeRole" },
                    { Action: "rds-db:connect", Resource: "*" },
                ],
            },
            { Statement: [{ Action: ["sts:AssumeRole", "s3:GetObject"] }] },
            { Statement: [{ Action: "s3:GetObject" }] },
            { Statement: [{ Action: [7] }] },
        ].map((document) => documentKind(typeof document === "string" ? document : JSON.stringify(document)));
        assert.deepEqual(kinds, [
            "trust",
            "trust",
            "trust",
            "identity",
            "identity",
            "identity",
            "identity",
            "identity",
            "identity",
            "identity",
            "trust",
            "identity",
            "identity",
            "identity",
            "identity",
        ]);
    });
});
