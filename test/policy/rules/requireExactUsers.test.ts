import assert from "node:assert/strict";
import { requireExactUsers } from "../../../policy/rules/requireExactUsers";
import { arn, judge, judgeRun, policy, unknown } from "./harness";

const wide = policy({ Sid: "Wide", Resource: "arn:aws:rds-db:*" });
const everybody = "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/postgres";
const fix =
    "\n  fix: name each database user by its ARN, as in arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-<id>/<user>";
const refusal = (path: string): string =>
    `[as set] it: statement 0 (Wide) of ${path} allows rds-db:connect on "arn:aws:rds-db:*", which includes ${everybody}${fix}`;
const unproven = (path: string, more = ""): string =>
    `[advisory] it: ${path} cannot be verified until its values are known${more}\n  fix: none, if the update resolves them: the document is checked then, before the resource is created`;

/** Every argument that contains a document: the type, its path, and arguments with a document. */
const places: readonly (readonly [
    type: string,
    path: string,
    props: (document: unknown) => Record<string, unknown>,
])[] = [
    ["aws:iam/policy:Policy", "policy", (policy) => ({ policy })],
    ["aws:iam/rolePolicy:RolePolicy", "policy", (policy) => ({ policy })],
    ["aws:iam/userPolicy:UserPolicy", "policy", (policy) => ({ policy })],
    ["aws:iam/groupPolicy:GroupPolicy", "policy", (policy) => ({ policy })],
    [
        "aws:iam/role:Role",
        "inlinePolicies[1].policy",
        (policy) => ({ inlinePolicies: [{ name: "empty" }, { name: "x", policy }] }),
    ],
    [
        "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
        "inlinePolicy",
        (inlinePolicy) => ({ inlinePolicy }),
    ],
    ["aws:eks/podIdentityAssociation:PodIdentityAssociation", "policy", (policy) => ({ policy })],
    ["aws-native:iam:Policy", "policyDocument", (policyDocument) => ({ policyDocument })],
    ["aws-native:iam:ManagedPolicy", "policyDocument", (policyDocument) => ({ policyDocument })],
    ["aws-native:iam:RolePolicy", "policyDocument", (policyDocument) => ({ policyDocument })],
    ["aws-native:iam:UserPolicy", "policyDocument", (policyDocument) => ({ policyDocument })],
    ["aws-native:iam:GroupPolicy", "policyDocument", (policyDocument) => ({ policyDocument })],
    ["aws-native:iam:Role", "policies[0].policyDocument", (policyDocument) => ({ policies: [{ policyDocument }] })],
    ["aws-native:iam:User", "policies[0].policyDocument", (policyDocument) => ({ policies: [{ policyDocument }] })],
    ["aws-native:iam:Group", "policies[0].policyDocument", (policyDocument) => ({ policies: [{ policyDocument }] })],
    ["aws-native:sso:PermissionSet", "inlinePolicy", (inlinePolicy) => ({ inlinePolicy })],
    ["aws-native:eks:PodIdentityAssociation", "policy", (policy) => ({ policy })],
    ["aws-iam:index:Policy", "policyDocument", (policyDocument) => ({ policyDocument })],
];

const attachments: readonly (readonly [type: string, path: string, props: (arn: string) => Record<string, unknown>])[] =
    [
        [
            "aws:iam/role:Role",
            "managedPolicyArns[1]",
            (one) => ({ managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess", one] }),
        ],
        ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn", (policyArn) => ({ policyArn })],
        ["aws:iam/userPolicyAttachment:UserPolicyAttachment", "policyArn", (policyArn) => ({ policyArn })],
        ["aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "policyArn", (policyArn) => ({ policyArn })],
        ["aws:iam/policyAttachment:PolicyAttachment", "policyArn", (policyArn) => ({ policyArn })],
        [
            "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
            "policyArns[0]",
            (one) => ({ policyArns: [one] }),
        ],
        [
            "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
            "policyArns[0]",
            (one) => ({ policyArns: [one] }),
        ],
        [
            "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
            "policyArns[0]",
            (one) => ({ policyArns: [one] }),
        ],
        [
            "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
            "managedPolicyArn",
            (managedPolicyArn) => ({ managedPolicyArn }),
        ],
        [
            "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive",
            "managedPolicyArns[0]",
            (one) => ({ managedPolicyArns: [one] }),
        ],
        ["aws-native:iam:Role", "managedPolicyArns[0]", (one) => ({ managedPolicyArns: [one] })],
        ["aws-native:iam:User", "managedPolicyArns[0]", (one) => ({ managedPolicyArns: [one] })],
        ["aws-native:iam:Group", "managedPolicyArns[0]", (one) => ({ managedPolicyArns: [one] })],
        ["aws-native:sso:PermissionSet", "managedPolicies[0]", (one) => ({ managedPolicies: [one] })],
    ];

describe("the rule rds-db-wildcard", () => {
    for (const [type, path, props] of places) {
        it(`refuses a wildcard in ${type}, as text and as an object, and passes an exact ARN`, () => {
            const of = (document: unknown): string[] => {
                const made = { type, name: "it", props: props(document), inputs: props(document) };
                const { before, atTheEnd } = judgeRun(requireExactUsers, [made]);
                return [...before, ...atTheEnd];
            };
            assert.deepEqual(
                [of(wide), of(JSON.parse(wide)), of(policy({ Resource: arn }))],
                [[refusal(path)], [refusal(path)], []],
            );
        });
    }

    it("reports an AWS managed policy newer than its list as unproven, unless it is allowed by name", () => {
        const attachment = {
            type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            name: "it",
            props: { policyArn: "arn:aws:iam::aws:policy/AmazonNewServiceFullAccess" },
        };
        assert.deepEqual(judge(requireExactUsers, attachment), [
            "[advisory] it: policyArn attaches AWS's policy AmazonNewServiceFullAccess, which this version does not know\n  fix: make sure that it does not allow rds-db:connect, and list it under managedPolicies of rds-db-wildcard",
        ]);
        assert.deepEqual(judge(requireExactUsers, attachment, { managedPolicies: ["AmazonNewServiceFullAccess"] }), []);
    });

    for (const [type, path, props] of attachments) {
        it(`refuses wide AWS managed policies attached by ${type}, in every partition`, () => {
            const of = (arn: string): string[] => judge(requireExactUsers, { type, name: "it", props: props(arn) });
            const message = (name: string): string =>
                `[as set] it: ${path} attaches AWS's policy ${name}, which allows rds-db:connect as every user of every database\n  fix: attach a policy without rds-db:connect, or list it under managedPolicies of rds-db-wildcard`;
            assert.deepEqual(of("arn:aws:iam::aws:policy/AdministratorAccess"), [message("AdministratorAccess")]);
            assert.deepEqual(of("arn:aws-cn:iam::aws:policy/PowerUserAccess"), [message("PowerUserAccess")]);
            assert.deepEqual(
                [
                    of("arn:aws:iam::aws:policy/job-function/Billing"),
                    of("arn:aws:iam::111122223333:policy/AdministratorAccess"),
                    of(unknown),
                ],
                [[], [], []],
            );
        });
    }

    const role = (props: Record<string, unknown>, config?: object): string[] =>
        judge(requireExactUsers, { type: "aws:iam/rolePolicy:RolePolicy", name: "it", props }, config);

    it("does not let an unknown value hide another finding", () => {
        const statements = [
            { Effect: "Allow", Action: "rds-db:connect", Resource: unknown },
            unknown,
            ...(JSON.parse(wide) as { Statement: object[] }).Statement,
        ];
        const found = role({ policy: { Version: "2012-10-17", Statement: statements } });
        assert.deepEqual(found, [refusal("policy").replace("statement 0", "statement 2")]);
    });

    it("checks the user of an ARN whose database is not known yet", () => {
        const half = arn.replace(/cluster-[A-Z]+/, unknown);
        assert.deepEqual(
            role({
                policy: {
                    Version: "2012-10-17",
                    Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: [half] }],
                },
            }),
            [unproven("policy", " (users named: shop_app)")],
        );
        const wideHalf = policy({ Resource: half.replace("shop_app", "*") });
        assert.deepEqual(role({ policy: wideHalf }), [
            `[as set] it: statement 0 of policy allows rds-db:connect on ${JSON.stringify(half.replace("shop_app", "*").replace(unknown, "<unknown>"))}, which includes ${arn.replace(/cluster-[A-Z]+/, "<unknown>").replace("shop_app", "postgres")}${fix}`,
        ]);
    });

    it("reports a document that is not known yet at the configured level", () => {
        assert.deepEqual(role({ policy: unknown }), [unproven("policy")]);
        assert.deepEqual(role({ policy: unknown }, { unproven: "mandatory" }), [
            unproven("policy").replace("advisory", "mandatory"),
        ]);
        assert.deepEqual(role({ policy: unknown }, { unproven: "disabled" }), []);
    });

    it("ignores unknown parts that cannot matter", () => {
        assert.deepEqual(
            role({
                policy: {
                    Version: "2012-10-17",
                    Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: unknown }],
                },
            }),
            [],
        );
    });

    it("refuses what is not a document, without throwing", () => {
        for (const bad of [
            "",
            "{",
            "[]",
            "null",
            7,
            true,
            [],
            { Statement: 1 },
            '{"Statement":[{"Effect":"Allow","Action":"s3:Get*","Action":"*","Resource":"*"}]}',
        ]) {
            const found = role({ policy: bad });
            assert.equal(found.length, bad === "" ? 0 : 1, JSON.stringify(bad));
        }
    });

    it("restricts documents to the organisation's list of users", () => {
        const config = { allow: [{ database: "cluster-ABC*", user: "billing_*" }] };
        assert.deepEqual(role({ policy: policy({ Resource: arn }) }, config), [
            `[as set] it: policy allows rds-db:connect as ${arn}, which the parameter allow does not list\n  fix: add the database and the user to the parameter allow of rds-db-wildcard, or remove the ARN`,
        ]);
        assert.deepEqual(role({ policy: policy({ Resource: arn.replace("shop_app", "billing_app") }) }, config), []);
    });

    it("skips resources that are exempt by name", () => {
        assert.deepEqual(
            [role({ policy: wide }, { exempt: ["i*"] }), role({ policy: wide }, { exempt: ["other"] }).length],
            [[], 1],
        );
    });
});
