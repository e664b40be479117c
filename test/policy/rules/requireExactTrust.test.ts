import assert from "node:assert/strict";
import { requireExactTrust } from "../../../policy/rules/requireExactTrust";
import { judge, judgeStack, unknown } from "./harness";
import type { Made } from "./harness";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789";
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const pinned = {
    StringEquals: { [`${issuer}:sub`]: "system:serviceaccount:shop:shop", [`${issuer}:aud`]: "sts.amazonaws.com" },
};
const irsa = (condition: unknown, federated: unknown = provider): unknown => ({
    Version: "2012-10-17",
    Statement: [
        {
            Effect: "Allow",
            Principal: { Federated: federated },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: condition,
        },
    ],
});
const account = (principal: unknown, condition?: unknown): unknown => ({
    Version: "2012-10-17",
    Statement: [
        {
            Effect: "Allow",
            Principal: { AWS: principal },
            Action: "sts:AssumeRole",
            ...(condition !== undefined && { Condition: condition }),
        },
    ],
});
const role = (document: unknown, config?: object): string[] =>
    judge(
        requireExactTrust,
        {
            type: "aws:iam/role:Role",
            name: "it",
            props: { assumeRolePolicy: typeof document === "string" ? document : JSON.stringify(document) },
        },
        config,
    );

describe("the rule role-trust", () => {
    it("passes IRSA that pins sub and aud, for both providers", () => {
        assert.deepEqual(role(irsa(pinned)), []);
        assert.deepEqual(
            judge(requireExactTrust, {
                type: "aws-native:iam:Role",
                name: "it",
                props: { assumeRolePolicyDocument: irsa(pinned) },
            }),
            [],
        );
    });

    it("refuses IRSA without sub, with a counterexample", () => {
        assert.deepEqual(role(irsa({ StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" } })), [
            `[as set] it: statement 0 of assumeRolePolicy trusts system:serviceaccount:default:default: no condition on sub\n  fix: write StringEquals {"${issuer}:sub": "system:serviceaccount:<namespace>:<name>"}`,
        ]);
    });

    const subOnly = { StringEquals: { [`${issuer}:sub`]: "system:serviceaccount:shop:shop" } };
    const holder = {
        type: "aws:iam/role:Role",
        name: "it",
        props: { assumeRolePolicy: JSON.stringify(irsa(subOnly)), arn: "arn:aws:iam::111122223333:role/it" },
    };
    const listing = (clientIdLists: unknown): Made => ({
        type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        name: "oidc",
        props: { arn: provider, clientIdLists },
    });
    const writeAud = `\n  fix: write StringEquals {"${issuer}:aud": "sts.amazonaws.com"}`;

    it("advises naming the audience if only the stack's OIDC provider restricts it", () => {
        assert.deepEqual(judge(requireExactTrust, holder), []);
        assert.deepEqual(
            judgeStack(requireExactTrust, [holder, listing(["sts.amazonaws.com"])], { unproven: "mandatory" }),
            [
                `[advisory] it: statement 0 of assumeRolePolicy: no condition on aud: a token for another audience is rejected only because ${provider} lists sts.amazonaws.com alone${writeAud}`,
            ],
        );
        const native: Made = {
            type: "aws-native:iam:OidcProvider",
            name: "oidc",
            props: { arn: provider, clientIdList: ["sts.amazonaws.com"] },
        };
        assert.equal(judgeStack(requireExactTrust, [holder, native]).length, 1);
    });

    it("refuses IRSA without aud if the OIDC provider lists several audiences, with a counterexample", () => {
        assert.deepEqual(judgeStack(requireExactTrust, [holder, listing(["sts.amazonaws.com", "vault"])]), [
            `[as set] it: statement 0 of assumeRolePolicy trusts system:serviceaccount:shop:shop with a token issued for vault: no condition on aud${writeAud}`,
        ]);
    });

    it("reports an audience that another stack's provider restricts as unproven", () => {
        const said = [
            `[advisory] it: assumeRolePolicy names no audience, and ${provider}, which is not in this stack, may list more than one\n  fix: add a condition StringEquals on its aud`,
        ];
        assert.deepEqual(judgeStack(requireExactTrust, [holder]), said);
        assert.deepEqual(judgeStack(requireExactTrust, [holder, listing(unknown)]), said);
    });

    it("reports sub and aud in one finding if neither is restricted", () => {
        assert.deepEqual(role(irsa(undefined)), [
            `[as set] it: statement 0 of assumeRolePolicy trusts system:serviceaccount:default:default: no condition on sub and aud\n  fix: write StringEquals {"${issuer}:sub": "system:serviceaccount:<namespace>:<name>", "${issuer}:aud": "sts.amazonaws.com"}`,
        ]);
    });

    it("passes the trust that AWS' console writes for a Cognito identity pool, and refuses guests if amr is missing", () => {
        const pools = "cognito-identity.amazonaws.com";
        const pool = { [`${pools}:aud`]: "us-west-2:0b1c2d3e-0000-4000-8000-000000000000" };
        assert.deepEqual(
            role(irsa({ StringEquals: pool, "ForAnyValue:StringLike": { [`${pools}:amr`]: "authenticated" } }, pools)),
            [],
        );
        assert.deepEqual(role(irsa({ StringEquals: pool }, pools)), [
            `[as set] it: statement 0 of assumeRolePolicy trusts a guest of the pool us-west-2:0b1c2d3e-0000-4000-8000-000000000000: no condition on amr excludes guests, who have not signed in\n  fix: write ForAnyValue:StringLike {"${pools}:amr": "authenticated"}`,
        ]);
    });

    it("accepts declared subject patterns, and only those", () => {
        const like = irsa({
            StringLike: { [`${issuer}:sub`]: "repo:org/repo:*" },
            StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" },
        });
        assert.deepEqual(
            [
                role(like).length,
                role(like, { subjects: ["repo:org/*"] }).length,
                role(like, { subjects: ["repo:org/repo:*"] }).length,
            ],
            [1, 1, 0],
        );
    });

    const foreign = account("arn:aws:iam::444455556666:role/deployer");
    const named = [
        "[as set] it: statement 0 of assumeRolePolicy trusts arn:aws:iam::444455556666:role/deployer: it belongs to account 444455556666, which is not one of your known accounts, and no condition restricts it\n  fix: declare the account as one of yours, or add a condition on sts:ExternalId or aws:PrincipalOrgID",
    ];
    const made = (document: unknown, arn: unknown, more: Partial<Made> = {}): Made => ({
        type: "aws:iam/role:Role",
        name: "it",
        props: { assumeRolePolicy: JSON.stringify(document), arn },
        ...more,
    });

    it("refuses other accounts without a condition if the organisation's own are known", () => {
        assert.deepEqual(role(foreign, { accounts: ["111122223333"] }), named);
        assert.deepEqual(role(foreign, { accounts: ["111122223333", "444455556666"] }), []);
        assert.deepEqual(
            role(account("444455556666", { StringEquals: { "sts:ExternalId": "x" } }), { accounts: ["111122223333"] }),
            [],
        );
    });

    it("derives the own account from the provider's allowed accounts and from the last role that it assumes", () => {
        const by = (provider: Record<string, unknown>): string[] =>
            judge(requireExactTrust, made(foreign, undefined, { provider }));
        assert.deepEqual(by({ allowedAccountIds: '["111122223333"]' }), named);
        assert.deepEqual(
            by({
                assumeRoles:
                    '[{"roleArn":"arn:aws:iam::444455556666:role/hub"},{"roleArn":"arn:aws:iam::111122223333:role/deploy"}]',
            }),
            named,
        );
        assert.deepEqual(by({ assumeRoles: '[{"roleArn":"arn:aws:iam::444455556666:role/deploy"}]' }), []);
    });

    it("checks principals of another account against the account of the role, or of another role of the same provider", () => {
        assert.deepEqual(judgeStack(requireExactTrust, [made(foreign, "arn:aws:iam::444455556666:role/it")]), []);
        assert.deepEqual(judgeStack(requireExactTrust, [made(foreign, "arn:aws:iam::111122223333:role/it")]), named);
        const other = made(irsa(pinned), "arn:aws:iam::111122223333:role/other", { name: "other" });
        assert.deepEqual(judgeStack(requireExactTrust, [made(foreign, unknown), other]), named);
        assert.deepEqual(
            judgeStack(requireExactTrust, [made(foreign, unknown), { ...other, by: "another" }]).length,
            1,
        );
    });

    it("reports once at a first preview that an account's owner is unknown, and nothing once the role exists", () => {
        for (const principal of ["arn:aws:iam::444455556666:role/deployer", "arn:aws:iam::444455556666:root"]) {
            const document = account(principal);
            assert.deepEqual(role(document), []);
            assert.deepEqual(judgeStack(requireExactTrust, [made(document, unknown)]), [
                "[advisory] it: assumeRolePolicy trusts account 444455556666; whether it is the role's own account is not known until the role exists\n  fix: none, if it is; list your accounts in the parameter accounts, or in allowedAccountIds of the provider",
            ]);
            assert.deepEqual(judgeStack(requireExactTrust, [made(document, "arn:aws:iam::444455556666:role/it")]), []);
        }
    });

    it("refuses the whole of another account, with one of its roles as the counterexample", () => {
        assert.deepEqual(
            judgeStack(requireExactTrust, [
                made(account("arn:aws:iam::444455556666:root"), "arn:aws:iam::111122223333:role/it"),
            ]),
            [
                "[as set] it: statement 0 of assumeRolePolicy trusts arn:aws:iam::444455556666:role/anyone: account 444455556666 is trusted without a condition\n  fix: add a condition on sts:ExternalId, aws:PrincipalArn or aws:PrincipalOrgID",
            ],
        );
    });

    it("refuses every principal, with a role of any account as the counterexample, unless a condition names the caller", () => {
        assert.deepEqual(role(account("*")), [
            '[as set] it: statement 0 of assumeRolePolicy trusts arn:aws:iam::999988887777:role/anyone: Principal "*" trusts every AWS account\n  fix: name the intended principals',
        ]);
        assert.deepEqual(
            role(account("*", { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci" } })),
            [],
        );
    });

    it("does not repeat at the end what it refused before the role was created", () => {
        assert.deepEqual(judgeStack(requireExactTrust, [made(account("*"), "arn:aws:iam::111122223333:role/it")]), []);
        assert.deepEqual(
            judgeStack(requireExactTrust, [
                made(irsa(undefined), "arn:aws:iam::111122223333:role/it"),
                listing(["sts.amazonaws.com"]),
            ]),
            [],
        );
    });

    it("does not let an unknown provider hide a missing condition", () => {
        const found = judge(requireExactTrust, {
            type: "aws:iam/role:Role",
            name: "it",
            props: { assumeRolePolicy: irsa({ StringEquals: { "x:aud": "sts.amazonaws.com" } }, unknown) },
        });
        assert.deepEqual(found, [
            '[as set] it: statement 0 of assumeRolePolicy trusts system:serviceaccount:default:default: no condition on sub\n  fix: write StringEquals {"<unknown>:sub": "system:serviceaccount:<namespace>:<name>"}',
        ]);
    });

    it("refuses what is not a trust document, without throwing", () => {
        for (const bad of [
            "{",
            "[]",
            '{"Statement":[{}]}',
            '{"Statement":[{"Effect":"Allow","Principal":5,"Action":"sts:AssumeRole"}]}',
        ]) {
            assert.equal(role(bad).length, 1, bad);
        }
    });
});
