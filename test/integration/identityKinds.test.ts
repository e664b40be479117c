import assert from "node:assert/strict";
import { join } from "node:path";

import { quoteIdentifier } from "../../bootstrap";
import { openPlace } from "../../sandbox/identity/place";
import { projectDir } from "../../sandbox/paths";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import {
    ACCOUNT,
    connectStatement,
    irsaTrust,
    OTHER_ACCOUNT,
    podTrust,
    put,
    putAssociation,
    putCluster,
    putRole,
    putServiceAccount,
    REGION,
    roleArn,
    serviceTrust,
} from "../support/cloud";
import { runNode } from "../support/childProgram";
import { putDatabase, RESOURCE_ID } from "./postgres-door-support";
import { HOST, withOwnState } from "./postgres-support";

const FAR_ID = "cluster-FARFARFARFARFARFARFARFARFA";
const FAR_HOST = HOST.replace("keyless.", "far.");
const REFUSED = (user: string) => `28000 PAM authentication failed for user "${user}"`;

/** Every kind of identity that the program offers: as whom it is run, and at which database it is somebody. */
const KINDS = [
    { kind: "irsa", name: "irsa/app" },
    { kind: "pod", name: "pod/app" },
    { kind: "chained", name: "chained/app" },
    { kind: "irsa_far", name: "irsa-far/app", far: true },
    { kind: "pod_far", name: "pod-far/app", far: true },
    { kind: "ec2", name: "ec2:ec2-profile" },
    { kind: "ec2_instance", name: "ec2:i-0123456789abcdef0" },
    { kind: "ecs", name: "ecs:ecs" },
    { kind: "lambda", name: "lambda:lambda" },
    { kind: "person", name: "role:person" },
    { kind: "person_mfa", name: "role:person-mfa" },
] as const;

const userOf = (kind: string): string => `${kind}_app`;

describe("a workload of each kind of identity", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabases();
        putIdentities();
        server = await startServer();
        for (const resourceId of [RESOURCE_ID, FAR_ID]) {
            const admin = await (await server.postgresFor(resourceId)).admin("app");
            await admin.query(KINDS.map(({ kind }) => `CREATE ROLE ${quoteIdentifier(userOf(kind))} LOGIN IN ROLE rds_iam`).join(";"));
            await admin.end();
        }
    });
    after(() => server.stop());

    /** What becomes of each user, tried by a client that knows nothing of the sandbox. */
    const tries = async (name: string, host: string, users: readonly string[]): Promise<Record<string, string>> => {
        const place = await openPlace(server, { name, host, user: users[0] }, process.env);
        try {
            const { stdout, stderr } = await runNode(join(projectDir, "test/support/programs/tries.cjs"), users, place.environment);
            assert.notEqual(stdout, "", stderr);
            return JSON.parse(stdout) as Record<string, string>;
        } finally {
            await place.close();
        }
    };

    for (const { kind, name, ...more } of KINDS) {
        it(`(${kind}) connects as its own user, where it may, and as no other`, async () => {
            const far = "far" in more;
            const users = KINDS.map((each) => userOf(each.kind));
            const own = userOf(kind);
            const expected = Object.fromEntries(users.map((user) => [user, user === own ? `in as ${user}` : REFUSED(user)]));
            assert.deepEqual(await tries(name, far ? FAR_HOST : HOST, users), expected);
            assert.deepEqual(await tries(name, far ? HOST : FAR_HOST, [own]), { [own]: REFUSED(own) });
        });
    }

    it("finds its database by itself", async () => {
        for (const { kind, name, ...more } of KINDS) {
            const { environment, close } = await openPlace(server, { name }, {});
            await close();
            const { PGHOST, PGUSER, PGDATABASE, PGSSLMODE } = environment;
            const expected = { PGHOST: "far" in more ? FAR_HOST : HOST, PGUSER: userOf(kind), PGDATABASE: "app", PGSSLMODE: "verify-full" };
            assert.deepEqual({ PGHOST, PGUSER, PGDATABASE, PGSSLMODE }, expected, name);
        }
    });

    it("gets nothing in another namespace, nor under another name, with the same annotation or association", async () => {
        for (const kind of ["irsa", "pod", "chained", "irsa_far", "pod_far"] as const) {
            const user = userOf(kind);
            const host = kind.endsWith("_far") ? FAR_HOST : HOST;
            for (const name of [`elsewhere/${kind.replace("_", "-")}`, `${kind.replace("_", "-")}/another`]) {
                const { [user]: outcome = "" } = await tries(name, host, [user]);
                const irsa = kind.startsWith("irsa");
                assert.match(outcome, irsa ? /Not authorized to perform sts:AssumeRoleWithWebIdentity/ : /^CredentialsProviderError /, name);
            }
        }
    });

    it("is shut out by a change of its trust, of its policy, or of its association", async () => {
        const user = userOf("irsa");
        putRole("irsa", irsaTrust("irsa", "another"), [connectStatement(RESOURCE_ID, user)]);
        assert.match((await tries("irsa/app", HOST, [user]))[user] ?? "", /Not authorized/);
        putRole("irsa", irsaTrust("irsa", "app"), [connectStatement(RESOURCE_ID, "somebody")]);
        assert.deepEqual(await tries("irsa/app", HOST, [user]), { [user]: REFUSED(user) });
        putRole("irsa", irsaTrust("irsa", "app"), [connectStatement(RESOURCE_ID, user)]);
        assert.deepEqual(await tries("irsa/app", HOST, [user]), { [user]: `in as ${user}` });
        putAssociation("pod", "app", roleArn("gone"));
        assert.match((await tries("pod/app", HOST, [userOf("pod")]))[userOf("pod")] ?? "", /^CredentialsProviderError /);
        putAssociation("pod", "app", roleArn("pod"));
    });

    it("goes through a proxy only with a permission on the proxy's own id, as the proxy does with one on the database's", async () => {
        const host = HOST.replace("keyless.cluster-", "front.proxy-");
        const arn = `arn:aws:rds:${REGION}:${ACCOUNT}:db-proxy:prx-0123456789abcdef0`;
        const user = userOf("ecs");
        put("aws:rds/proxy:Proxy", "front", { arn, endpoint: host, defaultAuthScheme: "IAM_AUTH", roleArn: roleArn("front") });
        put("aws:rds/proxyTarget:ProxyTarget", "front/default", { dbProxyName: "front", endpoint: HOST });
        putRole("front", serviceTrust("rds.amazonaws.com"));
        const outcomes = [await tries("ecs:ecs", host, [user])];
        putRole("ecs", serviceTrust("ecs-tasks.amazonaws.com"), [connectStatement(RESOURCE_ID, user), connectStatement("prx-0123456789abcdef0", user)]);
        outcomes.push(await tries("ecs:ecs", host, [user]));
        putRole("front", serviceTrust("rds.amazonaws.com"), [connectStatement(RESOURCE_ID, user)]);
        outcomes.push(await tries("ecs:ecs", host, [user]));
        assert.deepEqual(outcomes, [{ [user]: REFUSED(user) }, { [user]: REFUSED(user) }, { [user]: `in as ${user}` }]);
    });
});

function putDatabases(): void {
    putDatabase();
    const place = { account: OTHER_ACCOUNT };
    const state = {
        ...{ clusterIdentifier: "far", clusterResourceId: FAR_ID, port: 5432, engineVersion: "16.6", endpoint: FAR_HOST },
        ...{ readerEndpoint: FAR_HOST.replace(".cluster-", ".cluster-ro-"), masterUsername: "postgres", databaseName: "app" },
        iamDatabaseAuthenticationEnabled: true,
    };
    put("aws:rds/cluster:Cluster", "far", state, place);
    put("aws:rds/clusterInstance:ClusterInstance", "far-0", { clusterIdentifier: "far" }, place);
}

function putIdentities(): void {
    putCluster(ACCOUNT, OTHER_ACCOUNT);
    const far = { account: OTHER_ACCOUNT };
    const connects = (kind: string): object => connectStatement(RESOURCE_ID, userOf(kind));
    const connectsFar = (kind: string): object => connectStatement(FAR_ID, userOf(kind), OTHER_ACCOUNT);
    const onward = (role: string): object => ({ Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"], Resource: role });
    /** As components/identity writes it: the external id is said when the role is assumed, the tags come along. */
    const fromPod = (kind: string, role: string): object[] => [
        {
            ...{ Effect: "Allow", Principal: { AWS: role }, Action: "sts:AssumeRole" },
            Condition: { StringEquals: { "sts:ExternalId": [REGION, ACCOUNT, "apps", kind, "app"].join("/") } },
        },
        { Effect: "Allow", Principal: { AWS: role }, Action: "sts:TagSession" },
    ];

    const irsa = putRole("irsa", irsaTrust("irsa", "app"), [connects("irsa")]);
    const pod = putRole("pod", podTrust("pod", "app"), [connects("pod")]);
    const first = putRole("chained-first", podTrust("chained", "app"), [onward(roleArn("chained"))]);
    const chained = putRole("chained", fromPod("chained", first), [connects("chained")]);
    const irsaFar = putRole("irsa-far", irsaTrust("irsa-far", "app", OTHER_ACCOUNT), [connectsFar("irsa_far")], far);
    const podFirst = putRole("pod-far-first", podTrust("pod-far", "app"), [onward(roleArn("pod-far", OTHER_ACCOUNT))]);
    const podFar = putRole("pod-far", fromPod("pod-far", podFirst), [connectsFar("pod_far")], far);

    for (const [namespace, role] of [["irsa", irsa], ["irsa-far", irsaFar]] as const) {
        putServiceAccount(namespace, "app", role);
        putServiceAccount(namespace, "another", role);
        putServiceAccount("elsewhere", namespace, role);
    }
    for (const [namespace, role, target] of [["pod", pod, undefined], ["chained", first, chained], ["pod-far", podFirst, podFar]] as const) {
        const more: Record<string, string> = target === undefined ? {} : { targetRoleArn: target };
        for (const [space, account] of [[namespace, "app"], [namespace, "another"], ["elsewhere", namespace]] as const) {
            putServiceAccount(space, account);
            putAssociation(space, account, role, more);
        }
    }
    for (const kind of ["ec2", "ec2_instance"]) {
        const role = kind.replace("_", "-");
        putRole(role, serviceTrust("ec2.amazonaws.com"), [connects(kind)]);
        put("aws:iam/instanceProfile:InstanceProfile", `${role}-profile`, { name: `${role}-profile`, role }, { region: "aws-global" });
    }
    put("aws:ec2/instance:Instance", "i-0123456789abcdef0", { iamInstanceProfile: "ec2-instance-profile" });
    putRole("ecs", serviceTrust("ecs-tasks.amazonaws.com"), [connects("ecs")]);
    putRole("lambda", serviceTrust("lambda.amazonaws.com"), [connects("lambda")]);
    putRole("person", { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" }, [connects("person")]);
    // As components/people writes it.
    const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" }, NumericLessThan: { "aws:MultiFactorAuthAge": "3600" } };
    const named = { Effect: "Allow", Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:user/sue`] }, Action: "sts:AssumeRole", Condition };
    putRole("person-mfa", named, [connects("person_mfa")]);
}
