import assert from "node:assert/strict";
import { join } from "node:path";

import { openPlace } from "../../sandbox/identity/workloadEnvironment";
import { projectDir } from "../../toolkit/paths";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import {
    ACCOUNT,
    connectStatement,
    irsaTrust,
    podTrust,
    put,
    putAssociation,
    putPolicy,
    putRole,
    REGION,
    roleArn,
    serviceTrust,
} from "../support/cloud";
import { runNode } from "../support/childProgram";
import {
    FAR_HOST,
    FAR_ID,
    HOSTS,
    KINDS,
    putDatabases,
    putIdentities,
    userOf,
    USERS,
    usersInMatrix,
} from "../support/identityKinds";
import { RESOURCE_ID } from "./gatewaySupport";
import { HOST, withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";
import { identifier } from "../../toolkit/sql";

const REFUSED = (user: string) => `28000 PAM authentication failed for user "${user}"`;

describe("a workload of each kind of identity", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabases();
        putIdentities();
        server = await startServer();
        for (const resourceId of [RESOURCE_ID, FAR_ID]) {
            const admin = await superuserOf(await server.postgresFor(resourceId), "app");
            await admin.query(USERS.map((user) => `CREATE ROLE ${identifier(user)} LOGIN IN ROLE rds_iam`).join(";"));
            await admin.end();
        }
    });
    after(() => server.stop());

    /** The result for each user, tried by a client that is unaware of the sandbox. */
    const tries = async (name: string, host: string, users: readonly string[]): Promise<Record<string, string>> => {
        const place = await openPlace(server, { name, host, user: users[0] }, process.env);
        try {
            const { stdout, stderr } = await runNode(
                join(projectDir, "test/support/programs/tries.cjs"),
                users,
                place.environment,
            );
            assert.notEqual(stdout, "", stderr);
            return JSON.parse(stdout) as Record<string, string>;
        } finally {
            await place.close();
        }
    };

    /** The result for each user according to the access matrix. */
    const computed = (identity: string, server: string, users: readonly string[]): Record<string, string> => {
        const may = usersInMatrix(identity, server);
        return Object.fromEntries(users.map((user) => [user, may.has(user) ? `in as ${user}` : REFUSED(user)]));
    };

    for (const { kind, name, identity } of KINDS) {
        it(`(${kind}) connects to the users and databases that the access matrix lists, and to no others`, async () => {
            for (const [matrixName, host] of Object.entries(HOSTS)) {
                assert.deepEqual(await tries(name, host, USERS), computed(identity, matrixName, USERS), host);
            }
        });
    }

    it("is in the matrix as one user at one database", () => {
        const said = KINDS.map(({ identity }) =>
            Object.keys(HOSTS).map((server) => [...usersInMatrix(identity, server)].join()),
        );
        assert.deepEqual(
            said,
            KINDS.map(({ kind }) => (kind.endsWith("_far") ? ["", userOf(kind)] : [userOf(kind), ""])),
        );
    });

    it("finds its database by itself", async () => {
        for (const { kind, name } of KINDS) {
            const { environment, close } = await openPlace(server, { name }, {});
            await close();
            const { PGHOST, PGUSER, PGDATABASE, PGSSLMODE } = environment;
            const expected = {
                PGHOST: kind.endsWith("_far") ? FAR_HOST : HOST,
                PGUSER: userOf(kind),
                PGDATABASE: "app",
                PGSSLMODE: "verify-full",
            };
            assert.deepEqual({ PGHOST, PGUSER, PGDATABASE, PGSSLMODE }, expected, name);
        }
    });

    it("finds the one database to which its login may connect, where that is not the server's first", async () => {
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        const [mine, other] = [identifier(userOf("irsa")), identifier(userOf("pod"))];
        try {
            await admin.query("CREATE DATABASE archive");
            await admin.query(
                `REVOKE CONNECT ON DATABASE app, archive FROM PUBLIC; GRANT CONNECT ON DATABASE archive TO ${mine}`,
            );
            await admin.query(`GRANT CONNECT ON DATABASE app, archive TO ${other}`);
            const found = ["irsa", "pod"].map(async (kind) => {
                const { environment, close } = await openPlace(server, { name: `${kind}/app` }, {});
                await close();
                return environment["PGDATABASE"];
            });
            assert.deepEqual(await Promise.all(found), ["archive", "app"]);
        } finally {
            await admin.query(`GRANT CONNECT ON DATABASE app TO PUBLIC; REVOKE CONNECT ON DATABASE app FROM ${other}`);
            await admin.query("DROP DATABASE archive");
            await admin.end();
        }
    });

    it("gets nothing in another namespace, nor under another name, with the same annotation or association", async () => {
        for (const kind of ["irsa", "pod", "chained", "irsa_far", "pod_far"] as const) {
            const user = userOf(kind);
            const host = kind.endsWith("_far") ? FAR_HOST : HOST;
            for (const name of [`elsewhere/${kind.replace("_", "-")}`, `${kind.replace("_", "-")}/another`]) {
                const { [user]: outcome = "" } = await tries(name, host, [user]);
                assert.deepEqual(
                    Object.keys(HOSTS).flatMap((server) => [...usersInMatrix(`pod apps/${name}`, server)]),
                    [],
                );
                const irsa = kind.startsWith("irsa");
                assert.match(
                    outcome,
                    irsa ? /Not authorized to perform sts:AssumeRoleWithWebIdentity/ : /^CredentialsProviderError /,
                    name,
                );
            }
        }
    });

    it("loses and gains access with changes of its trust, policy or association, as the matrix shows", async () => {
        const [user, another, pod] = [userOf("irsa"), userOf("ecs"), userOf("pod")];
        const identity = "pod apps/irsa/app";
        const irsa = async (): Promise<object> => {
            const outcome = await tries("irsa/app", HOST, [user, another]);
            assert.deepEqual(outcome, computed(identity, "keyless", [user, another]));
            return outcome;
        };
        putRole("irsa", irsaTrust("irsa", "another"), [connectStatement(RESOURCE_ID, user)]);
        assert.match((await tries("irsa/app", HOST, [user]))[user] ?? "", /Not authorized/);
        assert.deepEqual(usersInMatrix(identity, "keyless"), new Set());
        putRole("irsa", irsaTrust("irsa", "app"), [connectStatement(RESOURCE_ID, another)]);
        assert.deepEqual(await irsa(), { [user]: REFUSED(user), [another]: `in as ${another}` });
        putRole("irsa", irsaTrust("irsa", "app"), [connectStatement(RESOURCE_ID, user)]);
        assert.deepEqual(await irsa(), { [user]: `in as ${user}`, [another]: REFUSED(another) });
        putAssociation("pod", "app", roleArn("gone"));
        assert.match((await tries("pod/app", HOST, [pod]))[pod] ?? "", /^CredentialsProviderError /);
        // Expected: the role's trust still names the pod, and an association made elsewhere may give it the role.
        assert.deepEqual(usersInMatrix("pod apps/pod/app", "keyless"), new Set([pod]));
        putAssociation("pod", "app", roleArn("pod"));
    });

    it("is limited by the permissions boundaries of its role and of the role before, as in the matrix", async () => {
        const [user, another, chained] = [userOf("irsa"), userOf("ecs"), userOf("chained")];
        const both = [connectStatement(RESOURCE_ID, user), connectStatement(RESOURCE_ID, another)];
        const permissionsBoundary = putPolicy("boundary", [connectStatement(RESOURCE_ID, another)]);
        putRole("irsa", irsaTrust("irsa", "app"), both, { permissionsBoundary });
        const outcome = await tries("irsa/app", HOST, [user, another]);
        assert.deepEqual(outcome, { [user]: REFUSED(user), [another]: `in as ${another}` });
        assert.deepEqual(outcome, computed("pod apps/irsa/app", "keyless", [user, another]));
        putRole("irsa", irsaTrust("irsa", "app"), [connectStatement(RESOURCE_ID, user)]);
        assert.deepEqual([...usersInMatrix("pod apps/chained/app", "keyless")], [chained]);
        const onward = { Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: roleArn("chained") };
        putRole("chained-first", podTrust("chained", "app"), [onward], { permissionsBoundary });
        assert.match((await tries("chained/app", HOST, [chained]))[chained] ?? "", /^CredentialsProviderError /);
        assert.deepEqual([...usersInMatrix("pod apps/chained/app", "keyless")], []);
        putRole("chained-first", podTrust("chained", "app"), [onward]);
    });

    it("connects through a proxy only with a permission on the proxy's id, and the proxy only with one on the database's", async () => {
        const host = HOST.replace("keyless.cluster-", "front.proxy-");
        const arn = `arn:aws:rds:${REGION}:${ACCOUNT}:db-proxy:prx-0123456789abcdef0`;
        const user = userOf("ecs");
        put("aws:rds/proxy:Proxy", "front", {
            arn,
            endpoint: host,
            defaultAuthScheme: "IAM_AUTH",
            roleArn: roleArn("front"),
        });
        put("aws:rds/proxyTarget:ProxyTarget", "front/default", { dbProxyName: "front", endpoint: HOST });
        putRole("front", serviceTrust("rds.amazonaws.com"));
        const outcomes = [await tries("ecs:task", host, [user])];
        putRole("ecs", serviceTrust("ecs-tasks.amazonaws.com"), [
            connectStatement(RESOURCE_ID, user),
            connectStatement("prx-0123456789abcdef0", user),
        ]);
        outcomes.push(await tries("ecs:task", host, [user]));
        putRole("front", serviceTrust("rds.amazonaws.com"), [connectStatement(RESOURCE_ID, user)]);
        outcomes.push(await tries("ecs:task", host, [user]));
        assert.deepEqual(outcomes, [{ [user]: REFUSED(user) }, { [user]: REFUSED(user) }, { [user]: `in as ${user}` }]);
    });
});
