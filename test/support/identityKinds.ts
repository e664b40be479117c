import { readdirSync } from "node:fs";

import { accessOf, readResources } from "../../access";
import { Store } from "../../sandbox/cloud/store";
import { stateDir } from "../../toolkit/paths";
import { putDatabase, RESOURCE_ID } from "../integration/gatewaySupport";
import { HOST } from "../integration/postgres-support";
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
} from "./cloud";

export const FAR_ID = "cluster-FARFARFARFARFARFARFARFARFA";
export const FAR_HOST = HOST.replace("keyless.", "far.");

/** The databases' endpoints by the names that the access matrix gives the servers. */
export const HOSTS = { keyless: HOST, far: FAR_HOST } as const;

/** Every kind of identity that the program offers: the identity that it runs as, and its name in the access matrix. */
export const KINDS = [
    { kind: "irsa", name: "irsa/app", identity: "pod apps/irsa/app" },
    { kind: "pod", name: "pod/app", identity: "pod apps/pod/app" },
    { kind: "chained", name: "chained/app", identity: "pod apps/chained/app" },
    { kind: "irsa_far", name: "irsa-far/app", identity: "pod apps/irsa-far/app" },
    { kind: "pod_far", name: "pod-far/app", identity: "pod apps/pod-far/app" },
    { kind: "ec2", name: "ec2:ec2-profile", identity: "service ec2.amazonaws.com ec2" },
    { kind: "ec2_instance", name: "ec2:i-0123456789abcdef0", identity: "instance i-0123456789abcdef0" },
    { kind: "ecs", name: "ecs:task", identity: "task task" },
    { kind: "lambda", name: "lambda:function", identity: "function function" },
    { kind: "person", name: "role:person", identity: `person account ${ACCOUNT}` },
    { kind: "person_mfa", name: "role:person-mfa", identity: `person arn:aws:iam::${ACCOUNT}:user/sue` },
] as const;

export const USERS: readonly string[] = KINDS.map(({ kind }) => userOf(kind));

export function userOf(kind: string): string {
    return `${kind}_app`;
}

/**
 * The logins that an identity has on a server in the access matrix, computed like `keyless access` from the cloud's content
 * and the logins of both servers.
 */
export function usersInMatrix(identity: string, server: string): ReadonlySet<string> {
    const { cells } = accessOf(
        readResources([...cloud(), ...Object.entries(HOSTS).flatMap(([name, host]) => logins(name, host))]).after,
    );
    // A key holds the URN of the resource: of it, the name within account and region is enough here.
    const nameOf = (key: string): string => key.replace(/ urn:\S*::\d+\/[\w-]+\//, " ");
    const paths = cells.filter((cell) => nameOf(cell.identity.key) === identity).flatMap((cell) => cell.paths);
    return new Set(paths.filter(({ chain }) => chain.server === server).map(({ chain }) => chain.login));
}

/** The objects of the stand-in cloud, as a stack's state lists them. */
function cloud(): object[] {
    const store = new Store();
    const types = readdirSync(stateDir("cloud")).map(decodeURIComponent);
    return types.flatMap((type) =>
        store.list(type).map(({ id, region, account, inputs, state }) => ({
            ...{ urn: urnOf(type, `${account}/${region}/${id}`), type, name: id, id },
            ...{ inputs, outputs: state },
        })),
    );
}

/** A server's logins, as the postgresql provider lists them. */
function logins(server: string, host: string): object[] {
    const type = "pulumi:providers:postgresql";
    const provider = {
        urn: urnOf(type, server),
        type,
        name: server,
        id: server,
        inputs: { host, port: 5432, database: "app" },
    };
    const role = "postgresql:index/role:Role";
    const made = USERS.map((user) => ({
        ...{ urn: urnOf(role, `${server}/${user}`), type: role, name: user, id: user },
        ...{ inputs: { name: user, login: true, roles: ["rds_iam"] }, provider: `${provider.urn}::${server}` },
    }));
    return [provider, ...made];
}

function urnOf(type: string, name: string): string {
    return `urn:pulumi:kinds::keyless::${type}::${name}`;
}

/** Two Aurora clusters, the second in another account. */
export function putDatabases(): void {
    putDatabase();
    const place = { account: OTHER_ACCOUNT };
    const state = {
        ...{
            clusterIdentifier: "far",
            clusterResourceId: FAR_ID,
            port: 5432,
            engineVersion: "16.10",
            endpoint: FAR_HOST,
        },
        ...{
            readerEndpoint: FAR_HOST.replace(".cluster-", ".cluster-ro-"),
            masterUsername: "postgres",
            databaseName: "app",
        },
        iamDatabaseAuthenticationEnabled: true,
    };
    put("aws:rds/cluster:Cluster", "far", state, place);
    put("aws:rds/clusterInstance:ClusterInstance", "far-0", { clusterIdentifier: "far" }, place);
}

/** The program's resources for each kind, and the same annotations and associations in other namespaces and with other names. */
export function putIdentities(): void {
    putCluster(ACCOUNT, OTHER_ACCOUNT);
    const far = { account: OTHER_ACCOUNT };
    const connects = (kind: string): object => connectStatement(RESOURCE_ID, userOf(kind));
    const connectsFar = (kind: string): object => connectStatement(FAR_ID, userOf(kind), OTHER_ACCOUNT);
    const onward = (role: string): object => ({
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Resource: role,
    });
    /** As components/identity writes it: assuming the role passes the external id and the tags. */
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

    for (const [namespace, role] of [
        ["irsa", irsa],
        ["irsa-far", irsaFar],
    ] as const) {
        putServiceAccount(namespace, "app", role);
        putServiceAccount(namespace, "another", role);
        putServiceAccount("elsewhere", namespace, role);
    }
    for (const [namespace, role, target] of [
        ["pod", pod, undefined],
        ["chained", first, chained],
        ["pod-far", podFirst, podFar],
    ] as const) {
        const more: Record<string, string> = target === undefined ? {} : { targetRoleArn: target };
        for (const [space, account] of [
            [namespace, "app"],
            [namespace, "another"],
            ["elsewhere", namespace],
        ] as const) {
            putServiceAccount(space, account);
            putAssociation(space, account, role, more);
        }
    }
    for (const kind of ["ec2", "ec2_instance"]) {
        const role = kind.replace("_", "-");
        putRole(role, serviceTrust("ec2.amazonaws.com"), [connects(kind)]);
        put(
            "aws:iam/instanceProfile:InstanceProfile",
            `${role}-profile`,
            { name: `${role}-profile`, role },
            { region: "aws-global" },
        );
    }
    put("aws:ec2/instance:Instance", "i-0123456789abcdef0", { iamInstanceProfile: "ec2-instance-profile" });
    const here = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
    const taskRoleArn = putRole("ecs", serviceTrust("ecs-tasks.amazonaws.com", here("ecs", "*")), [connects("ecs")]);
    put("aws:ecs/taskDefinition:TaskDefinition", "task", {
        family: "task",
        arn: here("ecs", "task-definition/task:1"),
        taskRoleArn,
    });
    const role = putRole("lambda", serviceTrust("lambda.amazonaws.com", here("lambda", "function:*")), [
        connects("lambda"),
    ]);
    put("aws:lambda/function:Function", "function", {
        name: "function",
        arn: here("lambda", "function:function"),
        role,
    });
    putRole(
        "person",
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" },
        [connects("person")],
    );
    // As components/people writes it.
    const Condition = {
        Bool: { "aws:MultiFactorAuthPresent": "true" },
        NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
    };
    const named = {
        Effect: "Allow",
        Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:user/sue`] },
        Action: "sts:AssumeRole",
        Condition,
    };
    putRole("person-mfa", named, [connects("person_mfa")]);
}
