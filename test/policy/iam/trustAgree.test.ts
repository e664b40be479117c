import assert from "node:assert/strict";
import { isAllowed, parseDocument, trust } from "../../../policy/iam";
import { numbers } from "./random";

const issuers = ["oidc.eks.a/id/A", "oidc.eks.b/id/B"];
const subjects = [
    "system:serviceaccount:a:x",
    "system:serviceaccount:a:y",
    "system:serviceaccount:b:x",
    "SYSTEM:serviceaccount:a:x",
];
const audiences = ["sts.amazonaws.com", "other"];
const providerOf = (issuer: string): string => `arn:aws:iam::111122223333:oidc-provider/${issuer}`;

/** A random trust document about tokens, with almost correct conditions. */
function randomTrust(next: () => number): object {
    const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
    const operators = [
        ...Array.from({ length: 16 }, () => "StringEquals"),
        "StringLike",
        "StringEqualsIgnoreCase",
        "StringEqualsIfExists",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringEquals",
        "StringNotEquals",
    ];
    const condition = (): object => {
        const made: Record<string, Record<string, unknown>> = {};
        for (const [claim, values] of [
            ["sub", [...subjects, "system:*", "*"]],
            ["aud", [...audiences, "s*"]],
        ] as const) {
            if (next() < 0.95) {
                const operator = pick(operators);
                made[operator] = {
                    ...made[operator],
                    [`${next() < 0.95 ? issuers[0] : issuers[1]}:${claim}`]:
                        next() < 0.7 ? pick(values) : [pick(values), pick(values)],
                };
            }
        }
        return made;
    };
    const statement = (): object => ({
        Effect: next() < 0.85 ? "Allow" : "Deny",
        Principal: {
            Federated:
                next() < 0.95
                    ? providerOf(next() < 0.9 ? (issuers[0] ?? "") : (issuers[1] ?? ""))
                    : issuers.map(providerOf),
        },
        Action: pick(["sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithWebIdentity", "sts:*", "sts:AssumeRole"]),
        ...(next() < 0.9 && { Condition: condition() }),
    });
    return { Version: "2012-10-17", Statement: Array.from({ length: 1 + Math.floor(next() * 2) }, statement) };
}

/** Every token of a small world: its issuer, subject and audience. */
const tokens = issuers.flatMap((issuer) =>
    subjects.flatMap((subject) => audiences.map((audience) => ({ issuer, subject, audience }))),
);

describe("trust in tokens, compared with every token of a small world", () => {
    it("trusts only the listed subjects, in 500 random documents with the verdict exact or none", () => {
        const next = numbers(11);
        const seen = { exact: 0, none: 0, excess: 0 };
        for (let count = 0; count < 500; count += 1) {
            const plain = randomTrust(next);
            const document = parseDocument(plain, "trust");
            const found = trust(document);
            assert.ok(
                found.verdict === "exact" || found.verdict === "none" || found.verdict === "excess",
                found.reason,
            );
            seen[found.verdict] += 1;
            if (found.verdict === "excess") {
                continue;
            }
            for (const { issuer, subject, audience } of tokens) {
                const letIn = isAllowed([document], {
                    action: "sts:AssumeRoleWithWebIdentity",
                    principal: { type: "Federated", value: providerOf(issuer) },
                    context: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: audience },
                });
                const listed = found.subjects.some(
                    (one) =>
                        one.kind === "web-identity" &&
                        one.issuer === issuer &&
                        one.subject === subject &&
                        one.audiences.includes(audience),
                );
                assert.ok(!letIn || listed, `${JSON.stringify(plain)} trusts ${subject} of ${issuer}`);
            }
        }
        assert.ok(seen.exact > 30 && seen.none > 30 && seen.excess > 150, JSON.stringify(seen));
    });
});
