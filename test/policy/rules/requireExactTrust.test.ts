import assert from "node:assert/strict";
import { requireExactTrust } from "../../../policy/rules/requireExactTrust";
import { judge, judgeStack, unknown } from "./harness";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789";
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const pinned = { StringEquals: { [`${issuer}:sub`]: "system:serviceaccount:shop:shop", [`${issuer}:aud`]: "sts.amazonaws.com" } };
const irsa = (condition: unknown, federated: unknown = provider): unknown => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Federated: federated }, Action: "sts:AssumeRoleWithWebIdentity", Condition: condition }],
});
const account = (principal: unknown, condition?: unknown): unknown => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole", ...(condition !== undefined && { Condition: condition }) }],
});
const role = (document: unknown, config?: object): string[] =>
    judge(requireExactTrust, { type: "aws:iam/role:Role", name: "it", props: { assumeRolePolicy: typeof document === "string" ? document : JSON.stringify(document) } }, config);

describe("the rule role-trust", () => {
    it("passes IRSA that pins sub and aud, of both providers", () => {
        assert.deepEqual(role(irsa(pinned)), []);
        assert.deepEqual(judge(requireExactTrust, { type: "aws-native:iam:Role", name: "it", props: { assumeRolePolicyDocument: irsa(pinned) } }), []);
    });

    it("refuses IRSA without sub, with the subject that would get in", () => {
        assert.deepEqual(role(irsa({ StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" } })), [
            `[as set] it: statement 0 of assumeRolePolicy lets in system:serviceaccount:default:default: no condition on sub\n  fix: write StringEquals {"${issuer}:sub": "system:serviceaccount:<namespace>:<name>"}`,
        ]);
    });

    it("refuses IRSA without aud", () => {
        assert.deepEqual(role(irsa({ StringEquals: { [`${issuer}:sub`]: "system:serviceaccount:shop:shop" } })), [
            `[as set] it: statement 0 of assumeRolePolicy lets in system:serviceaccount:shop:shop with a token made for another audience: no condition on aud\n  fix: write StringEquals {"${issuer}:aud": "sts.amazonaws.com"}`,
        ]);
    });

    it("takes declared patterns of subjects, and only those", () => {
        const like = irsa({ StringLike: { [`${issuer}:sub`]: "repo:org/repo:*" }, StringEquals: { [`${issuer}:aud`]: "sts.amazonaws.com" } });
        assert.deepEqual([role(like).length, role(like, { subjects: ["repo:org/*"] }).length, role(like, { subjects: ["repo:org/repo:*"] }).length], [1, 1, 0]);
    });

    it("refuses other accounts without a condition, where the own ones are known", () => {
        const foreign = account("arn:aws:iam::444455556666:role/deployer");
        const message = [
            "[as set] it: statement 0 of assumeRolePolicy lets in arn:aws:iam::444455556666:role/deployer: account 444455556666 is let in without a condition\n  fix: add a condition on sts:ExternalId, aws:PrincipalArn or aws:PrincipalOrgID",
        ];
        assert.deepEqual(role(foreign, { accounts: ["111122223333"] }), message);
        assert.deepEqual(role(foreign, { accounts: ["111122223333", "444455556666"] }), []);
        assert.deepEqual(role(account("444455556666", { StringEquals: { "sts:ExternalId": "x" } }), { accounts: ["111122223333"] }), []);
        const given = { type: "aws:iam/role:Role", name: "it", props: { assumeRolePolicy: JSON.stringify(foreign) }, provider: { allowedAccountIds: '["111122223333"]' } };
        assert.deepEqual(judge(requireExactTrust, given), message);
    });

    it("can't tell a whole account from its own before the role exists, and judges it once it does", () => {
        const props = { assumeRolePolicy: JSON.stringify(account("arn:aws:iam::444455556666:root")) };
        const later = "[advisory] it: assumeRolePolicy is not provable before its values are known\n  fix: nothing, if they come with the update: it is judged then, before the role is made; own accounts can be given by the parameter accounts";
        assert.deepEqual(role(props.assumeRolePolicy), [later]);
        const stack = (arn: unknown): string[] => judgeStack(requireExactTrust, [{ type: "aws:iam/role:Role", name: "it", props: { ...props, arn } }]);
        assert.deepEqual(stack("arn:aws:iam::444455556666:role/it"), []);
        assert.deepEqual(stack("arn:aws:iam::111122223333:role/it"), [
            "[as set] it: statement 0 of assumeRolePolicy lets in arn:aws:iam::444455556666:role/anyone: account 444455556666 is let in without a condition\n  fix: add a condition on sts:ExternalId, aws:PrincipalArn or aws:PrincipalOrgID",
        ]);
        assert.deepEqual(stack(unknown), []);
    });

    it("refuses everybody, with the whole account to show for it", () => {
        assert.deepEqual(role(account("*")), ['[as set] it: statement 0 of assumeRolePolicy lets in arn:aws:iam::999988887777:root: Principal "*" lets in every AWS account\n  fix: name whom you mean']);
    });

    it("does not let an unknown provider hide a missing condition", () => {
        const found = judge(requireExactTrust, { type: "aws:iam/role:Role", name: "it", props: { assumeRolePolicy: irsa({ StringEquals: { "x:aud": "sts.amazonaws.com" } }, unknown) } });
        assert.deepEqual(found, [
            '[as set] it: statement 0 of assumeRolePolicy lets in system:serviceaccount:default:default: no condition on sub\n  fix: write StringEquals {"<unknown>:sub": "system:serviceaccount:<namespace>:<name>"}',
        ]);
    });

    it("refuses what is no trust document, without throwing", () => {
        for (const bad of ["{", "[]", '{"Statement":[{}]}', '{"Statement":[{"Effect":"Allow","Principal":5,"Action":"sts:AssumeRole"}]}']) {
            assert.equal(role(bad).length, 1, bad);
        }
    });
});
