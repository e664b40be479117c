import assert from "node:assert/strict";

import { compare, grows } from "../../access/compare/compare";
import type { Comparison } from "../../access/compare/compare";
import { rollUp } from "../../access/compare/rollup";
import { Level } from "../../access/model/level";
import { renderMarkdown } from "../../access/render/markdown";
import { besidesOf } from "../../access/render/notices";
import { renderPage } from "../../access/render/page";
import { reportOf } from "../../access/render/report";
import { renderText } from "../../access/render/text";
import { Edit } from "./support/edit";
import { ACCOUNT, connectPolicy, RESOURCE_ID } from "./support/stack";
import { harmlessStories } from "./support/gate/harmless";
import { permissionStories } from "./support/gate/permissions";
import { programStories, testJob } from "./support/gate/programs";
import { readStories } from "./support/gate/read";
import type { Story } from "./support/gate/story";
import { referenceStories } from "./support/gate/references";
import { unreadStories } from "./support/gate/unread";
import { modelOf } from "./support/summary";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/shop`;
const stackOf = (deployed = true): Edit => new Edit({ tenants: ["shop", "billing"], deployed });

/** The growth that a comparison reports, most dangerous first. */
function judged(before: Edit, after: Edit): { readonly comparison: Comparison; readonly lines: readonly string[] } {
    const model = modelOf(after.sketches);
    const comparison = compare(modelOf(before.sketches), model);
    const gained = rollUp(comparison.gained).map(({ identity, level, place, risks }) =>
        [identity.label, Level[level].toLowerCase(), place, ...risks].join(" "),
    );
    return { comparison, lines: [...gained, ...besidesOf(reportOf(model, { title: "", comparison }))] };
}

function assertGrowth({ says }: Pick<Story, "says">, before: Edit, after: Edit): void {
    const { comparison, lines } = judged(before, after);
    assert.equal(grows(comparison), says !== undefined, lines.join("\n"));
    assert.ok(says === undefined || lines.some((line) => says.test(line)), lines.join("\n"));
}

describe("a comparison", () => {
    for (const story of [...readStories, ...permissionStories, ...unreadStories]) {
        it(`reports ${story.title}, and counts it for the gate`, () => {
            const after = stackOf(story.planned !== true);
            story.change(after);
            assertGrowth(story, stackOf(story.planned !== true), after);
        });
    }

    for (const story of harmlessStories) {
        it(`passes the gate with ${story.title}`, () => {
            const after = stackOf();
            story.change(after);
            assertGrowth(story, stackOf(), after);
        });
    }

    for (const { title, to, says } of programStories) {
        it(`${says === undefined ? "passes the gate with" : "reports"} a job that runs as a tenant and has ${title}`, () => {
            const [before, after] = [testJob, to].map((inputs) =>
                stackOf().add("kubernetes:batch/v1:Job", "test", inputs),
            );
            assert.ok(before !== undefined && after !== undefined);
            assertGrowth({ says }, before, after);
        });
    }

    for (const { title, before, after, says } of referenceStories) {
        it(`reports ${title}`, () => {
            const [old, now] = [before, after].map((change) => change(stackOf()));
            assert.ok(old !== undefined && now !== undefined);
            assertGrowth({}, old, before(stackOf()));
            assertGrowth({ says }, old, now);
        });
    }

    it("reports a resource that is not read again when it changes, and not while it stays", () => {
        const [first, same, other] = ["{}", "{}", "{ }"].map((templateBody) =>
            stackOf().add("aws:cloudformation/stack:Stack", "x", { templateBody }),
        );
        assert.ok(first !== undefined && same !== undefined && other !== undefined);
        assert.equal(grows(judged(first, same).comparison), false);
        assert.deepEqual(judged(first, other).comparison.unread, ["changed aws:cloudformation:Stack: x"]);
        assert.equal(grows(judged(first, stackOf()).comparison), false);
    });

    it("reports a further account or user in a trust that already admits another", () => {
        const users = ["a", "b", "c"].map((name) => `arn:aws:iam::444455556666:user/${name}`);
        for (const [AWS, added] of [
            [["444455556666"], "777788889999"],
            [users.slice(0, 2), users[2]],
        ] as const) {
            const [before, after] = [AWS, [...AWS, added]].map((some) =>
                stackOf().alsoTrust("shop", { Effect: "Allow", Principal: { AWS: some }, Action: "sts:AssumeRole" }),
            );
            assert.ok(before !== undefined && after !== undefined);
            assertGrowth({ says: new RegExp(`${added} .*write`) }, before, after);
        }
    });

    it("reports an open-ended trust whose conditions admit more", () => {
        const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/a.example`;
        const [before, same, after] = [["repo:x/y:*"], ["repo:x/y:*"], ["repo:x/y:*", "repo:x/z:*"]].map((sub) =>
            stackOf().alsoTrust("shop", {
                Effect: "Allow",
                Principal: { Federated: provider },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: { StringLike: { "a.example:sub": sub } },
            }),
        );
        assert.ok(before !== undefined && same !== undefined && after !== undefined);
        assertGrowth({}, before, same);
        assertGrowth({ says: /^any principal with a token of a\.example write/ }, before, after);
    });

    it("reports a SECURITY DEFINER function again when its body changes", () => {
        const [before, after] = ["SELECT 1", "SELECT 2"].map((body) =>
            stackOf().add("postgresql:index/function:Function", "f", {
                name: "f",
                schema: "shop",
                database: "app",
                securityDefiner: true,
                body,
            }),
        );
        assert.ok(before !== undefined && after !== undefined);
        assertGrowth({ says: /^shop\/shop may run shop\.f\(\) as/ }, before, after);
    });

    it("distinguishes people with the same name", () => {
        const session = (edit: Edit): Edit =>
            edit
                .add(
                    "aws:ssoadmin/permissionSet:PermissionSet",
                    "set",
                    { name: "set" },
                    { outputs: { arn: "arn:set" } },
                )
                .add("aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", "set", {
                    permissionSetArn: "arn:set",
                    inlinePolicy: JSON.stringify(connectPolicy(RESOURCE_ID, "shop_app")),
                });
        const assigned = (edit: Edit, user: string): Edit =>
            edit
                .add("aws:identitystore/user:User", user, { displayName: "Ann" }, { outputs: { userId: user } })
                .add("aws:ssoadmin/accountAssignment:AccountAssignment", user, {
                    permissionSetArn: "arn:set",
                    principalId: user,
                    principalType: "USER",
                });
        const before = assigned(session(stackOf()), "ann");
        assertGrowth(
            { says: /^Identity Center user Ann write aurora\/app\/shop/ },
            before,
            assigned(assigned(session(stackOf()), "ann"), "mallory"),
        );
    });

    it("distinguishes functions and users with the same name in different components", () => {
        const admitting = (): Edit =>
            stackOf().alsoTrust("shop", {
                Effect: "Allow",
                Principal: { Service: "lambda.amazonaws.com" },
                Action: "sts:AssumeRole",
            });
        const added = (edit: Edit, ...components: readonly string[]): Edit => {
            for (const within of components) {
                edit.add("aws:lambda/function:Function", "nightly", { role: ROLE, handler: "x" }, { within })
                    .add("aws:iam/user:User", "ann", { name: `ann-${within}` }, { within })
                    .add(
                        "aws:iam/userPolicy:UserPolicy",
                        "ann",
                        { user: `ann-${within}`, policy: JSON.stringify(connectPolicy(RESOURCE_ID, "shop_app")) },
                        { within },
                    );
            }
            return edit;
        };
        const { lines } = judged(added(admitting(), "my:comp:One"), added(admitting(), "my:comp:One", "my:comp:Two"));
        for (const twin of [/^nightly write aurora\/app\/shop/, /^IAM user ann-my:comp:Two write aurora\/app\/shop/]) {
            assert.ok(
                lines.some((line) => twin.test(line)),
                lines.join("\n"),
            );
        }
    });

    it("reports another environment of a function and another volume of a task", () => {
        const lambda = (environment?: object): Edit =>
            stackOf()
                .alsoTrust("shop", {
                    Effect: "Allow",
                    Principal: { Service: ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"] },
                    Action: "sts:AssumeRole",
                })
                .add("aws:lambda/function:Function", "f", {
                    role: ROLE,
                    handler: "x",
                    ...environment,
                })
                .add("aws:ecs/taskDefinition:TaskDefinition", "t", {
                    taskRoleArn: ROLE,
                    containerDefinitions: "[]",
                    volumes: [{ name: "v", ...environment }],
                });
        const { lines } = judged(
            lambda(),
            lambda({ environment: { variables: { NODE_OPTIONS: "--require /mnt/x.js" } } }),
        );
        assert.deepEqual(
            lines.map((line) => line.split(" runs ")[0]),
            ["aws:TaskDefinition t", "aws:Function f"].reverse(),
        );
    });

    it("reports a permission again when a condition, a denial or a boundary no longer narrows it, or others are trusted with it", () => {
        const allow = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" };
        const deny = { Effect: "Deny", Action: "*", Resource: "*" };
        const holds = (...statements: object[]): Edit =>
            stackOf().add("aws:iam/rolePolicy:RolePolicy", "p", {
                role: "shop",
                policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
            });
        const narrow = holds({ ...allow, Condition: { StringEquals: { "aws:ResourceTag/a": "b" } } });
        const says = /^aws:Role shop may take a way that the matrix does not model: secretsmanager:GetSecretValue$/;
        assertGrowth({ says }, narrow, holds(allow));
        assertGrowth({}, holds(allow), narrow);
        assertGrowth({ says }, holds(allow, deny), holds(allow));
        assertGrowth({}, holds(allow), holds(allow, deny));
        const bounded = holds(allow).set("role", "shop", {
            permissionsBoundary: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
        });
        assertGrowth({ says }, bounded, holds(allow));
        assertGrowth(
            { says },
            holds(allow),
            holds(allow).alsoTrust("shop", {
                Effect: "Allow",
                Principal: { Service: "apigateway.amazonaws.com" },
                Action: "sts:AssumeRole",
            }),
        );
    });

    it("names what is not read in the text, the comment, the page and the JSON", () => {
        const after = stackOf()
            .add("aws:cloudformation/stack:Stack", "x", {})
            .add("aws:rds/cluster:Cluster", "m", { engine: "aurora-mysql" })
            .add("aws:rds/cluster:Cluster", "n", { engine: "aurora-mysql" });
        const model = modelOf(after.sketches);
        const report = reportOf(model, { title: "", comparison: compare(modelOf(stackOf().sketches), model) });
        assert.match(
            String(renderText(report)),
            /may also give access:\n(?: {2}.*\n){2} {2}not modelled, and may give access: new aws:cloudformation:Stack: x\n/,
        );
        assert.match(
            String(renderText(report)),
            /\nnot modelled, and may give access \(3\):\n {2}aws:cloudformation:Stack: x\n {2}aws:rds:Cluster of an engine whose users are not read \(2\): m, n/,
        );
        assert.match(
            renderMarkdown(report),
            /- ⚠ \*\*not modelled, and may give access: new aws:&#8203;cloudformation:&#8203;Stack: x\*\*/,
        );
        assert.match(renderMarkdown(report), /<summary>Not modelled, and may give access &#40;3&#41;<\/summary>/);
        assert.match(
            renderPage(report),
            /<li>not modelled, and may give access: new aws:cloudformation:Stack: x<\/li>/,
        );
        assert.match(renderPage(report), /<button[^>]*data-count="3"[^>]*>Not modelled/);
        assert.deepEqual(report.unread, [
            { what: "aws:cloudformation:Stack", count: 1, names: ["x"] },
            { what: "aws:rds:Cluster of an engine whose users are not read", count: 2, names: ["m", "n"] },
        ]);
    });

    it("says so where no identity reaches any data", () => {
        const model = modelOf([{ type: "aws:s3/bucket:Bucket", name: "files" }]);
        assert.equal(String(renderText(reportOf(model, { title: "" }))), "no identity reaches any data");
    });

    it("reports growth first, then what is nearest to the data", () => {
        const after = stackOf()
            .connect("shop", { Resource: "*" })
            .add("aws:ram/resourceShare:ResourceShare", "r", {})
            .add("kubernetes:helm.sh/v3:Release", "h", {})
            .add("aws:rds/exportTask:ExportTask", "e", {})
            .set("pgRole", "shop_app", { assumeRole: "billing_owner" });
        const kinds = judged(stackOf(), after).lines.map((line) =>
            ["crosses", "begin as", "ExportTask", "Release", "ResourceShare"].find((word) => line.includes(word)),
        );
        assert.deepEqual(
            kinds.filter((kind, index) => kind !== undefined && kinds.indexOf(kind) === index),
            ["crosses", "begin as", "ExportTask", "Release", "ResourceShare"],
        );
    });
});
