import assert from "node:assert/strict";
import { isAllowed, parseDocument, trust } from "../../../policy/iam";
import { numbers } from "./random";

const assumeRole = ["sts:AssumeRole", "sts:TagSession"];

function counterexamples(statement: object, ...more: readonly object[]): readonly string[] {
    const document = parseDocument(
        { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }, ...more] },
        "trust",
    );
    return trust(document).excesses.map((excess) => {
        assert.ok(excess.request !== undefined && isAllowed([document], excess.request), excess.counterexample);
        return excess.counterexample;
    });
}

const pods = (condition: object): readonly string[] =>
    counterexamples({ Principal: { Service: "pods.eks.amazonaws.com" }, Action: assumeRole, Condition: condition });

describe("a counterexample to a trust document, which meets all its conditions", () => {
    it("is a pod of the namespace and service account that the conditions name", () => {
        const tags = {
            "aws:RequestTag/kubernetes-namespace": ["shop"],
            "aws:RequestTag/kubernetes-service-account": ["api"],
        };
        assert.deepEqual(pods({ StringEquals: tags }), [
            "arn:aws:eks:eu-central-1:111122223333:cluster/any-other system:serviceaccount:shop:api",
        ]);
    });

    it("is a cluster of the account, the organisation and the name that the conditions require", () => {
        const of = (condition: object): string => pods({ StringEquals: condition })[0] ?? "";
        assert.equal(
            of({ "aws:SourceAccount": "444455556666" }),
            "arn:aws:eks:eu-central-1:444455556666:cluster/any-other system:serviceaccount:default:default, with aws:sourceaccount 444455556666",
        );
        assert.equal(
            of({ "aws:SourceOrgId": "${aws:ResourceOrgId}" }),
            "arn:aws:eks:eu-central-1:111122223333:cluster/any-other system:serviceaccount:default:default, with aws:resourceorgid o-a1b2c3d4e5, with aws:sourceorgid o-a1b2c3d4e5",
        );
        assert.equal(
            of({ "aws:RequestTag/eks-cluster-name": "main" }),
            "arn:aws:eks:eu-central-1:111122223333:cluster/main system:serviceaccount:default:default, with aws:requesttag/eks-cluster-name main",
        );
    });

    it("is a principal of the trusted organisation, through an Allow or despite a Deny", () => {
        const anybody = { Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
        const said = ["arn:aws:iam::999988887777:role/anyone, with aws:principalorgid o-abcdefghij"];
        const ofOrganisation = { "aws:PrincipalOrgID": "o-abcdefghij" };
        assert.deepEqual(counterexamples({ ...anybody, Condition: { StringEquals: ofOrganisation } }), said);
        assert.deepEqual(
            counterexamples(anybody, { ...anybody, Effect: "Deny", Condition: { StringNotEquals: ofOrganisation } }),
            said,
        );
    });

    it("is absent if a condition names the one caller", () => {
        const condition = { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci" } };
        const document = parseDocument(
            {
                Version: "2012-10-17",
                Statement: [
                    { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole", Condition: condition },
                ],
            },
            "trust",
        );
        assert.deepEqual(trust(document).subjects, [
            { kind: "principal", principal: "arn:aws:iam::111122223333:role/ci" },
        ]);
        assert.equal(trust(document).verdict, "exact");
    });

    it("includes the claims that other conditions require of a token", () => {
        const issuer = "token.actions.githubusercontent.com";
        const token = {
            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
            Action: "sts:AssumeRoleWithWebIdentity",
        };
        assert.deepEqual(
            counterexamples({
                ...token,
                Condition: {
                    StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
                    StringLike: { [`${issuer}:job_workflow_ref`]: "org/repo/*" },
                },
            }),
            [`repo:anyone/anything:ref:refs/heads/main, with ${issuer}:job_workflow_ref org/repo/x`],
        );
    });

    it("is trusted by the document, in 2,000 random documents", () => {
        const next = numbers(23);
        const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
        const values: Readonly<Record<string, readonly string[]>> = {
            "aws:PrincipalOrgID": ["o-1", "o-2", "o-*"],
            "aws:PrincipalArn": ["arn:aws:iam::*:role/ci", "arn:aws:iam::444455556666:role/*", "*"],
            "aws:SourceIp": ["0.0.0.0/0", "198.51.100.0/24"],
            "sts:ExternalId": ["x", "${aws:PrincipalAccount}"],
            "aws:MultiFactorAuthPresent": ["true", "false"],
            "aws:RequestTag/kubernetes-namespace": ["shop", "kube-*"],
        };
        const operatorsOf = (key: string): readonly string[] =>
            key.endsWith("SourceIp")
                ? ["IpAddress", "NotIpAddress"]
                : key.endsWith("Present")
                  ? ["Bool", "BoolIfExists"]
                  : [
                        "StringEquals",
                        "StringLike",
                        "StringNotEquals",
                        "StringNotLike",
                        "StringEqualsIgnoreCase",
                        "StringEqualsIfExists",
                        "ForAllValues:StringEquals",
                        "ForAnyValue:StringLike",
                    ];
        const condition = (): object => {
            const made: Record<string, Record<string, unknown>> = {};
            for (let count = Math.floor(next() * 4); count > 0; count -= 1) {
                const key = pick(Object.keys(values));
                const operator = pick(operatorsOf(key));
                made[operator] = { ...made[operator], [key]: pick(values[key] ?? []) };
            }
            return next() < 0.1 ? { ...made, Null: { [pick(Object.keys(values))]: pick(["true", "false"]) } } : made;
        };
        const principals = ["*", { AWS: "*" }, { AWS: "444455556666" }, { Service: "pods.eks.amazonaws.com" }];
        const seen = { shown: 0, excess: 0 };
        for (let count = 0; count < 2000; count += 1) {
            const deny =
                next() < 0.2
                    ? [
                          {
                              Effect: "Deny",
                              Principal: "*",
                              Action: "sts:AssumeRole",
                              Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } },
                          },
                      ]
                    : [];
            const plain = {
                Version: "2012-10-17",
                Statement: [
                    { Effect: "Allow", Principal: pick(principals), Action: assumeRole, Condition: condition() },
                    ...deny,
                ],
            };
            const document = parseDocument(plain, "trust");
            for (const { request, counterexample } of trust(document).excesses) {
                seen.excess += 1;
                seen.shown += request === undefined ? 0 : 1;
                assert.ok(
                    request === undefined || isAllowed([document], request),
                    `${JSON.stringify(plain)} does not trust ${counterexample}`,
                );
            }
        }
        // The others have contradictory conditions.
        assert.ok(seen.excess > 1000 && seen.shown > seen.excess * 0.7, JSON.stringify(seen));
    });
});
