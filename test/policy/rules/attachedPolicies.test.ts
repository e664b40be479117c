import assert from "node:assert/strict";
import { requireExactUsers } from "../../../policy/rules/requireExactUsers";
import { arn, judge, judgeRun, judgeStack, policy, unknown } from "./harness";
import type { Made } from "./harness";

const wide = policy({ Resource: "arn:aws:rds-db:*" });
/** What a boundary usually looks like: everything, but for what it denies. */
const everything = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: ["iam:*", "organizations:*"], Resource: "*" },
    ],
});
const own = "arn:aws:iam::111122223333:policy/teams/limit";
const made = (type: string, name: string, props: Record<string, unknown>, more: Partial<Made> = {}): Made => ({
    type,
    name,
    props,
    inputs: props,
    ...more,
});
const limit = (document = everything, more: Record<string, unknown> = {}, extra: Partial<Made> = {}): Made =>
    made("aws:iam/policy:Policy", "limit", { name: "limit", arn: own, policy: document, ...more }, extra);
const role = (name: string, props: Record<string, unknown>, more: Partial<Made> = {}): Made =>
    made("aws:iam/role:Role", name, props, more);
const attachment = (policyArn: unknown, more: Partial<Made> = {}): Made =>
    made("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment", { role: "shop", policyArn }, more);
const atTheEnd = (...stack: readonly Made[]): string[] => judgeStack(requireExactUsers, stack);
const levels = (said: readonly string[]): string[] => said.map((one) => one.split(":")[0] ?? "");

describe("the rule rds-db-wildcard, on permissions boundaries", () => {
    it("exempts a policy that is a permissions boundary and attached to nothing, before and after its ARN is known", () => {
        assert.deepEqual(atTheEnd(limit(), role("shop", { permissionsBoundary: own })), []);
        const first = [
            limit(everything, { arn: unknown }),
            role("shop", { permissionsBoundary: unknown }, { from: { permissionsBoundary: ["limit"] } }),
        ];
        assert.deepEqual(atTheEnd(...first), []);
        assert.deepEqual(judgeRun(requireExactUsers, first).before, []);
    });

    it("exempts the boundary of a user, of the native provider's roles and of a permission set", () => {
        const native = made("aws-native:iam:ManagedPolicy", "limit", {
            managedPolicyName: "limit",
            policyArn: own,
            policyDocument: JSON.parse(everything) as unknown,
        });
        const reference = { customerManagedPolicyReference: { name: "limit", path: "/teams/" } };
        for (const user of [
            made("aws:iam/user:User", "ada", { permissionsBoundary: own }),
            made("aws-native:iam:Role", "shop", { permissionsBoundary: own }),
            made("aws-native:sso:PermissionSet", "set", { permissionsBoundary: reference }),
            made("aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment", "limits", {
                permissionsBoundary: reference,
            }),
        ]) {
            assert.deepEqual([atTheEnd(limit(), user), atTheEnd(native, user)], [[], []], user.type);
        }
    });

    it("refuses a boundary that is attached as well, by any kind of attachment", () => {
        const limits = role("shop", { permissionsBoundary: own });
        for (const user of [
            attachment(own),
            role("admin", { managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess", own] }),
            made("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "all", { policyArns: [own] }),
            made("aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment", "set", {
                customerManagedPolicyReference: { name: "limit" },
            }),
        ]) {
            assert.deepEqual(levels(atTheEnd(limit(), limits, user)), ["[as set] limit"], user.type);
        }
        const native = made("aws-native:iam:ManagedPolicy", "limit", {
            policyArn: own,
            policyDocument: everything,
            roles: ["admin"],
        });
        assert.deepEqual(levels(judgeRun(requireExactUsers, [native, limits]).before), ["[as set] limit"]);
        assert.deepEqual(atTheEnd(native, limits), []);
    });

    it("refuses a policy that the stack does not use, which another stack may attach", () => {
        assert.deepEqual(levels(atTheEnd(limit())), ["[as set] limit"]);
    });

    it("reports as unproven what may be attached as well", () => {
        const component = made("pkg:index:Team", "team", {});
        const inside = { parent: "team" };
        const stack = [
            component,
            limit(everything, { arn: unknown }, inside),
            made("aws:iam/policy:Policy", "grant", { arn: unknown, policy: policy({ Resource: arn }) }, inside),
            role("shop", { permissionsBoundary: unknown }, { from: { permissionsBoundary: ["limit"] } }),
            attachment(unknown, { from: { policyArn: ["team"] } }),
        ];
        assert.deepEqual(
            atTheEnd(...stack).map((one) => one.split("\n")[0]),
            [
                '[advisory] limit: statement 0 of policy allows rds-db:connect on "*", which includes arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/postgres, unless the policy is only a permissions boundary, which this stack does not show',
            ],
        );
    });

    it("ignores the list of attached policies that the engine returns for a role without one, unknown at a first preview", () => {
        const computed = { arn: unknown, managedPolicyArns: unknown };
        const inputs = { permissionsBoundary: unknown };
        const shop = role("shop", { ...inputs, ...computed }, { inputs, from: { permissionsBoundary: ["limit"] } });
        assert.deepEqual(atTheEnd(limit(everything, { arn: unknown }), shop), []);
        const stated = { ...shop, inputs: { ...inputs, managedPolicyArns: unknown } };
        assert.deepEqual(levels(atTheEnd(stated)), ["[advisory] shop"]);
    });

    it("ignores the boundary of AWS that a role has", () => {
        const boundary = { permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" };
        assert.deepEqual(judge(requireExactUsers, role("shop", boundary)), []);
    });
});

describe("the rule rds-db-wildcard, on attached policies", () => {
    const fault =
        'statement 0 of policy allows rds-db:connect on "arn:aws:rds-db:*", which includes arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/postgres\n  fix: name each database user by its ARN, as in arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-<id>/<user>';
    const attached = attachment(own, { from: { policyArn: ["limit"] } });

    it("refuses to attach a wide policy of the stack, and does not repeat it at the end", () => {
        assert.deepEqual(judgeRun(requireExactUsers, [limit(wide), attached]), {
            before: [`[as set] attachment: policyArn attaches limit, and ${fault}`],
            atTheEnd: [],
        });
        assert.deepEqual(judgeRun(requireExactUsers, [limit(wide), attached], { exempt: ["limit"] }), {
            before: [],
            atTheEnd: [],
        });
    });

    it("refuses it at the end if the attachment came first, or if two accounts have a policy of that name", () => {
        assert.deepEqual(judgeRun(requireExactUsers, [attachment(own), limit(wide)]), {
            before: [],
            atTheEnd: [`[as set] limit: ${fault}`],
        });
        const other = { ...limit(policy({ Resource: arn }), { arn: own.replace("1111", "4444") }), name: "other" };
        assert.deepEqual(judgeRun(requireExactUsers, [limit(wide), other, attached]), {
            before: [],
            atTheEnd: [`[as set] limit: ${fault}`],
        });
    });

    it("reports a document that is not known yet once, on the policy", () => {
        const first = [limit(unknown, { arn: unknown }), attachment(unknown, { from: { policyArn: ["limit"] } })];
        assert.deepEqual(judgeRun(requireExactUsers, first), {
            before: [],
            atTheEnd: [
                "[advisory] limit: policy cannot be verified until its values are known\n  fix: none, if the update resolves them: the document is checked then, before a resource attaches it",
            ],
        });
    });

    it("reports attached policies of other stacks as unproven, by ARN, by name, and before either is known", () => {
        const elsewhere = (resource: string, what: string): string =>
            `[advisory] ${resource}: ${what}, whose document is not in this stack\n  fix: none, if the stack that creates it runs this pack too`;
        const theirs = "arn:aws:iam::111122223333:policy/theirs";
        const named = (type: string, props: Record<string, unknown>): Made =>
            made(`aws:ssoadmin/${type}`, "set", props);
        const one = named("customerManagedPolicyAttachment:CustomerManagedPolicyAttachment", {
            customerManagedPolicyReference: { name: "theirs", path: "/" },
        });
        const all = named("customerManagedPolicyAttachmentsExclusive:CustomerManagedPolicyAttachmentsExclusive", {
            customerManagedPolicyReferences: [{ name: "limit" }, { name: "theirs" }],
        });
        const exact = limit(policy({ Resource: arn }));
        assert.deepEqual(atTheEnd(exact, attachment(own), one), [
            elsewhere("set", "customerManagedPolicyReference.name attaches theirs"),
        ]);
        assert.deepEqual(atTheEnd(exact, all), [
            elsewhere("set", "customerManagedPolicyReferences[1].name attaches theirs"),
        ]);
        assert.deepEqual(atTheEnd(exact, attachment(theirs)), [
            elsewhere("attachment", `policyArn attaches ${theirs}`),
        ]);
        assert.deepEqual(atTheEnd(exact, attachment(unknown)), [
            elsewhere("attachment", "it attaches a policy that is not known yet"),
        ]);
    });
});
