import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

import type { DeployerPolicies } from "../../cli/sandbox/deployerPolicy";
import { isAllowed, parseDocument, reach } from "../../policy/iam";
import { Store } from "../../sandbox/cloud/store";
import { Cloud, SANDBOX_ACCOUNT } from "../../sandbox/cloud/aws/cloud";
import type { Props } from "../../sandbox/cloud/props";
import { findEngine } from "../../sandbox/engine";
import { limitDeployer } from "../../sandbox/identity/deployer";
import { Authorization, type About } from "../../sandbox/providers/aws/authorization";
import { declarations } from "../../sandbox/providers/aws/declarations";
import { putExisting } from "../../sandbox/providers/aws/existing";
import { Catalogue } from "../../sandbox/providers/aws/references";
import { backendDir, type Operation, run } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { type Server, startServer } from "../../sandbox/server";
import { stateDir } from "../../toolkit/paths";
import { Progress } from "../../toolkit/progress";
import { withEmptyState } from "../support/ownState";
import { keyless } from "../support/keyless";

const ACCOUNT = "999988887777";
const region = "eu-central-1";
const boundary = (account: string) => `arn:aws:iam::${account}:policy/boundary`;
const user = `arn:aws:sts::${SANDBOX_ACCOUNT}:assumed-role/keyless-sandbox/session`;
const quiet = { progress: new Progress({ write: () => undefined }), interrupt: new AbortController().signal };

/** A platform stack, and a stack of tenants on it. */
const configs = {
    plat: {
        "aws:region": region,
        "keyless:deploy": "platform",
        "keyless:permissionsBoundary": boundary(SANDBOX_ACCOUNT),
        "keyless:platform": {
            network: { zones: 2, nat: "one" },
            cluster: { version: "1.33" },
            bastion: true,
            database: { engineVersion: "17", protect: false, finalSnapshot: true },
        },
    },
    team: {
        "aws:region": region,
        "keyless:permissionsBoundary": boundary(SANDBOX_ACCOUNT),
        "keyless:platformStack": "organization/keyless/plat",
        "keyless:access": { tenants: [{ name: "shop" }, { name: "crm", identity: "podIdentity" }] },
    },
} as const;
type Stack = keyof typeof configs;

describe("a deployer with the policies that keyless deployer-policy prints", () => {
    withEmptyState();
    let server: Server;
    const policies = new Map<Stack, DeployerPolicies>();

    before(async () => {
        server = await startServer();
        const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
        putExisting(new Cloud(new Store(), region), [
            {
                type: "aws:iam/policy:Policy",
                id: boundary(SANDBOX_ACCOUNT),
                inputs: { name: "boundary", policy: JSON.stringify(document) },
            },
        ]);
    });
    after(async () => {
        limitDeployer(undefined);
        await server.stop();
    });

    async function print(stack: Stack, ...options: readonly string[]): Promise<DeployerPolicies> {
        const file = join(stateDir(), `${stack}.yaml`);
        writeFileSync(file, stringify({ config: configs[stack] }));
        const { code, stdout, stderr } = await keyless(
            stateDir(),
            ...["deployer-policy", "--stack", stack, "--config-file", file, "--account", ACCOUNT, "--json", ...options],
        );
        assert.equal(code, 0, stderr);
        const printed = JSON.parse(stdout) as DeployerPolicies;
        policies.set(stack, printed);
        return printed;
    }

    async function runAs(limited: DeployerPolicies, operation: Operation, stack: Stack): Promise<readonly string[]> {
        limitDeployer(JSON.stringify(limited));
        const engine = await findEngine(quiet.progress, quiet.interrupt);
        const { log } = await run(operation, { ...quiet, stack, config: configs[stack], server, engine });
        return [...log.errors, ...log.violations.map(({ message }) => message)];
    }

    const of = (stack: Stack): DeployerPolicies => policies.get(stack) ?? assert.fail(`no policies for ${stack}`);

    it("fit IAM's limits, name every action and reach no database user that they do not name", async () => {
        for (const { document } of (await print("plat")).principals.flatMap((each) => [
            ...each.policies,
            ...each.bootstrap,
        ])) {
            const { Statement } = document as { Statement: { Action: string[] }[] };
            assert.ok(JSON.stringify(document).length <= 6144);
            assert.deepEqual(
                Statement.flatMap(({ Action }) => Action).filter((action) => /[*?]/.test(action)),
                [],
            );
            assert.equal(reach([parseDocument(document, "identity")]).verdict, "none");
        }
    });

    it("deploys a platform stack whose roles have the boundary, and refreshes it", async () => {
        assert.deepEqual(await runAs(of("plat"), "up", "plat"), []);
        assert.deepEqual(await runAs(of("plat"), "refresh", "plat"), []);
        const roles = aboutAll("plat").filter(({ type }) => type === "aws:iam/role:Role");
        assert.ok(roles.length >= 4);
        assert.deepEqual(
            roles.filter(({ properties }) => properties["permissionsBoundary"] !== boundary(SANDBOX_ACCOUNT)),
            [],
        );
    });

    it("may not create a role, or give one a policy, without that boundary", () => {
        const documents = documentsOf(of("plat"));
        const resource = `arn:aws:iam::${ACCOUNT}:role/keyless-bastion-0123456`;
        const tags = { project: "keyless", stack: "plat" };
        const may = (action: string, context: Record<string, string>): boolean =>
            isAllowed(documents, { action, resource, context });
        for (const [action, kind] of [
            ["iam:CreateRole", "RequestTag"],
            ["iam:PutRolePolicy", "ResourceTag"],
            ["iam:DeleteRolePolicy", "ResourceTag"],
        ] as const) {
            const context = Object.fromEntries(
                Object.entries(tags).map(([key, value]) => [`aws:${kind}/${key}`, value]),
            );
            assert.ok(may(action, { ...context, "iam:PermissionsBoundary": boundary(ACCOUNT) }), action);
            assert.ok(!may(action, { ...context, "iam:PermissionsBoundary": `${boundary(ACCOUNT)}-2` }), action);
            assert.ok(!may(action, context), action);
        }
        assert.ok(!may("iam:DeleteRolePermissionsBoundary", { "iam:PermissionsBoundary": boundary(ACCOUNT) }));
    });

    it("needs each of its actions: without any one, a call fails that names it", () => {
        const cloud = new Cloud(new Store(), region);
        const full = new Authorization(
            { policies: documentsOf(of("plat")), limits: [] },
            new Catalogue(declarations),
            cloud,
        );
        const requests = aboutAll("plat").flatMap((about) => [
            ...full.requests("create", { ...about, id: undefined }),
            ...(["created", "read", "update", "delete"] as const).flatMap((phase) => full.requests(phase, about)),
        ]);
        const actions = new Set(statementsOf(of("plat")).flatMap(({ Action }) => Action));
        const unneeded = [...actions].filter((action) => {
            const [request] = requests.filter((one) => one.action === action);
            const without = new Authorization(
                { policies: documentsOf(withoutAction(of("plat"), action)), limits: [] },
                new Catalogue(declarations),
                cloud,
            );
            try {
                without.require(request === undefined ? [] : [request]);
                return true;
            } catch (error) {
                return !String(error).includes(`because no identity-based policy allows the ${action} action`);
            }
        });
        // What the program looks up, and what only some states have.
        assert.deepEqual(unneeded.sort(), lookups);
        assert.ok(actions.size > 150, `${actions.size} actions`);
    });

    it("cannot refresh without an action that reads, and is told which", async () => {
        const errors = await runAs(withoutAction(of("plat"), "rds:DescribeDBClusters"), "refresh", "plat");
        assert.ok(
            errors.some((error) =>
                error.includes(
                    `AccessDenied: User: ${user} is not authorized to perform: rds:DescribeDBClusters on resource: arn:aws:rds:${region}:${SANDBOX_ACCOUNT}:cluster:keyless-database-`,
                ),
            ),
            errors.join("\n"),
        );
    });

    it("deploys a stack of tenants on the platform, which needs rds-db:connect on the provisioner alone", async () => {
        const { outputs } =
            readDeployment(backendDir(), "plat")?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
        const id = String(outputs?.["clusterResourceId"]);
        const printed = await print("team", "--database-resource-id", id);
        assert.deepEqual(
            reach(documentsOf(printed)).users.map(({ arn }) => arn),
            [`arn:aws:rds-db:${region}:${ACCOUNT}:dbuser:${id}/keyless_provisioner`],
        );
        const services = new Set(
            statementsOf(printed).flatMap(({ Action }) => Action.map((action) => action.split(":")[0])),
        );
        assert.deepEqual([...services].sort(), ["eks", "iam", "rds-db"]);

        const refused = await runAs(withoutAction(printed, "iam:CreateRole"), "up", "team");
        assert.ok(
            refused.some((error) =>
                error.includes("is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::"),
            ),
            refused.join("\n"),
        );
        assert.deepEqual(await runAs(printed, "up", "team"), []);
    });

    it("destroys both", async () => {
        assert.deepEqual(await runAs(of("team"), "destroy", "team"), []);
        assert.deepEqual(await runAs(of("plat"), "destroy", "plat"), []);
    });
});

/** Actions of data sources, and of states that the sandbox does not leave. */
const lookups = [
    "ec2:DescribeAvailabilityZones",
    "eks:DescribeAddonVersions",
    "rds:DescribeDBEngineVersions",
    "ssm:GetParameter",
];

function statementsOf({ principals }: DeployerPolicies): readonly { readonly Action: readonly string[] }[] {
    return principals
        .flatMap(({ policies }) => policies)
        .flatMap(({ document }) => (document as { Statement: { Action: string[] }[] }).Statement);
}

function documentsOf({ principals }: DeployerPolicies) {
    return principals.flatMap(({ policies }) => policies).map(({ document }) => parseDocument(document, "identity"));
}

function withoutAction(all: DeployerPolicies, action: string): DeployerPolicies {
    const principals = all.principals.map((principal) => ({
        ...principal,
        policies: principal.policies.map(({ name, document }) => {
            const { Statement, ...rest } = document as { Statement: { Action: string[] }[] };
            const kept = Statement.map((each) => ({ ...each, Action: each.Action.filter((one) => one !== action) }));
            return { name, document: { ...rest, Statement: kept.filter(({ Action }) => Action.length > 0) } };
        }),
    }));
    return { ...all, principals };
}

/** Every AWS resource in a stack's state. */
function aboutAll(stack: Stack): readonly About[] {
    return (readDeployment(backendDir(), stack)?.resources ?? [])
        .filter(({ type }) => /^aws:[a-z0-9]+\//.test(type))
        .map(({ type, id, outputs }) => ({ type, id, properties: (outputs ?? {}) as Props }));
}
