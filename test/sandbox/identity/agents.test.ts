import assert from "node:assert/strict";

import { Store } from "../../../sandbox/cloud/store";
import { callerOf } from "../../../sandbox/identity/caller";
import { clustersOf, findServiceAccount } from "../../../sandbox/identity/clusters";
import { openIdentity, PATHS } from "../../../sandbox/identity/endpoints";
import type { IdentityServices } from "../../../sandbox/identity/endpoints";
import { signToken } from "../../../sandbox/identity/jwt";
import {
    findComputeWorkload,
    workloadCredentials,
    taskAuthorization,
} from "../../../sandbox/identity/computeWorkloads";
import { serveMetadata } from "../../../sandbox/identity/metadata";
import {
    CLUSTER_ARN,
    podTrust,
    put,
    putAssociation,
    putCluster,
    putRole,
    putServiceAccount,
    REGION,
    roleArn,
    serviceTrust,
} from "../../support/cloud";
import { withEmptyState } from "../../support/ownState";

describe("the sandbox's credential services", () => {
    withEmptyState();
    let identity: IdentityServices;
    let store: Store;
    const now = new Date();
    const world = { store: undefined as unknown as Store, clock: () => now };

    before(async () => {
        store = new Store();
        world.store = store;
        identity = await openIdentity(world, async () => []);
        putCluster();
        putServiceAccount("shop", "shop");
        putAssociation("shop", "shop", putRole("shop", podTrust("shop", "shop")));
    });
    after(() => identity.close());

    const token = (audience = "pods.eks.amazonaws.com", seconds = 3600, at = now): string => {
        const [cluster] = clustersOf(store);
        const account = cluster && findServiceAccount(store, cluster, "shop", "shop");
        assert.ok(account);
        return signToken(
            account,
            { name: "shop-1", uid: "3f9a4a52-5d0c-4d6a-9b52-6d1a3a3f0f11" },
            audience,
            seconds,
            at,
        );
    };
    const ask = async (path: string, authorization?: string): Promise<Record<string, string>> => {
        const answer = await fetch(
            identity.url + path,
            authorization === undefined ? {} : { headers: { authorization } },
        );
        return { status: String(answer.status), ...((await answer.json()) as Record<string, string>) };
    };
    const refusal = async (path: string, authorization?: string): Promise<string> => {
        const { status, code } = await ask(path, authorization);
        return `${status} ${code}`;
    };

    describe("EKS Pod Identity's agent", () => {
        it("returns the associated role's credentials, with the pod's tags, which are transitive", async () => {
            const { AccessKeyId = "", Token = "", Expiration = "" } = await ask(PATHS.podIdentity, token());
            const caller = callerOf(store, AccessKeyId, Token);
            assert.equal(Math.round((Date.parse(Expiration) - now.getTime()) / 1000 / 60), 360);
            assert.equal(
                caller?.arn,
                "arn:aws:sts::111122223333:assumed-role/shop/eks-apps-shop-1-3f9a4a52-5d0c-4d6a-9b52-6d1a3a3f0f11",
            );
            assert.deepEqual(caller?.session?.tags, {
                "eks-cluster-arn": CLUSTER_ARN,
                "eks-cluster-name": "apps",
                "kubernetes-namespace": "shop",
                "kubernetes-service-account": "shop",
                "kubernetes-pod-name": "shop-1",
                "kubernetes-pod-uid": "3f9a4a52-5d0c-4d6a-9b52-6d1a3a3f0f11",
            });
            assert.deepEqual(caller.session.transitive, Object.keys(caller.session.tags));
        });

        it("refuses tokens that are for another audience, expired, of no service account, or of a recreated one", async () => {
            const before = token();
            const [head = "", body = ""] = before.split(".");
            const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
            const answers = [
                await refusal(PATHS.podIdentity, token("sts.amazonaws.com")),
                await refusal(PATHS.podIdentity, token(undefined, 600, new Date(now.getTime() - 600_000))),
                await refusal(PATHS.podIdentity, `${none}.${body}.`),
                await refusal(PATHS.podIdentity, `${head}.${body}.`),
                await refusal(PATHS.podIdentity, "nonsense"),
                await refusal(PATHS.podIdentity),
            ];
            putServiceAccount("shop", "shop");
            answers.push(await refusal(PATHS.podIdentity, before));
            const bad = "400 InvalidTokenException";
            assert.deepEqual(answers, [bad, "400 ExpiredTokenException", bad, bad, bad, bad, bad]);
        });

        it("names what is missing: the association, or the role's trust", async () => {
            putAssociation("shop", "shop", putRole("narrow", podTrust("shop", "other")));
            const answers = [await refusal(PATHS.podIdentity, token())];
            store.remove("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a-shop-shop");
            answers.push(await refusal(PATHS.podIdentity, token()));
            assert.deepEqual(answers, ["400 AccessDeniedException", "404 ResourceNotFoundException"]);
        });

        it("returns the target role's credentials only to the association that its trust names", async () => {
            const onward = {
                Effect: "Allow",
                Action: ["sts:AssumeRole", "sts:TagSession"],
                Resource: roleArn("target"),
            };
            const first = putRole("first", podTrust("shop", "shop"), [onward]);
            const trust = (id: string): object => ({
                ...{ Effect: "Allow", Principal: { AWS: first }, Action: ["sts:AssumeRole", "sts:TagSession"] },
                Condition: { StringEquals: { "sts:ExternalId": id } },
            });
            putAssociation("shop", "shop", first, { targetRoleArn: roleArn("target") });
            putRole("target", trust(`${REGION}/111122223333/apps/shop/shop`));
            const { AccessKeyId = "", Token = "" } = await ask(PATHS.podIdentity, token());
            assert.match(callerOf(store, AccessKeyId, Token)?.arn ?? "", /assumed-role\/target\//);
            putRole("target", trust(`${REGION}/111122223333/apps/shop/other`));
            assert.equal(await refusal(PATHS.podIdentity, token()), "400 AccessDeniedException");
        });
    });

    describe("ECS' agent", () => {
        it("returns the role's credentials for the task's authorization, if the role trusts ECS", async () => {
            put("aws:ecs/taskDefinition:TaskDefinition", "web", {
                taskRoleArn: putRole("task", serviceTrust("ecs-tasks.amazonaws.com")),
            });
            const authorization = taskAuthorization("web", REGION);
            const { AccessKeyId = "", Token = "" } = await ask(PATHS.ecs, authorization);
            assert.equal(callerOf(store, AccessKeyId, Token)?.arn, "arn:aws:sts::111122223333:assumed-role/task/web");
            const other = `${Buffer.from(`${REGION}/other`).toString("base64url")}.${authorization.split(".")[1] ?? ""}`;
            const refusals = [
                await refusal(PATHS.ecs, other),
                await refusal(PATHS.ecs, `${authorization}x`),
                await refusal(PATHS.ecs),
            ];
            putRole("task", serviceTrust("ec2.amazonaws.com"));
            refusals.push(await refusal(PATHS.ecs, authorization));
            assert.deepEqual(refusals, Array(4).fill("403 AccessDenied"));
        });
    });

    describe("an AWS service", () => {
        it("sends the account and ARN of the source where AWS documents it: ECS and Lambda do, EC2 does not", () => {
            put("aws:iam/instanceProfile:InstanceProfile", "sourced", { role: "sourced" }, { region: "aws-global" });
            const given = (kind: "ec2" | "ecs" | "lambda", service: string, source: string): boolean => {
                putRole("sourced", serviceTrust(service, source));
                const machine = findComputeWorkload(world, kind, "sourced");
                assert.ok(machine);
                try {
                    return workloadCredentials(world, machine, REGION).accessKeyId !== "";
                } catch {
                    return false;
                }
            };
            const arn = (rest: string): string => `arn:aws:${rest}`;
            assert.deepEqual(
                [
                    given("lambda", "lambda.amazonaws.com", arn(`lambda:${REGION}:111122223333:function:*`)),
                    given("lambda", "lambda.amazonaws.com", arn("lambda:eu-west-1:111122223333:function:*")),
                    given("ecs", "ecs-tasks.amazonaws.com", arn(`ecs:${REGION}:111122223333:*`)),
                    given("ecs", "ecs-tasks.amazonaws.com", arn(`ecs:${REGION}:444455556666:*`)),
                    given("ec2", "ec2.amazonaws.com", arn(`ec2:${REGION}:111122223333:instance/*`)),
                ],
                [true, false, true, false, false],
            );
        });
    });

    describe("EC2's metadata service", () => {
        it("answers only requests with one of its tokens", async () => {
            put("aws:iam/instanceProfile:InstanceProfile", "host", { role: "host" }, { region: "aws-global" });
            putRole("host", serviceTrust("ec2.amazonaws.com"));
            const instance = findComputeWorkload(world, "ec2", "host");
            assert.ok(instance);
            const { url, close } = await serveMetadata(world, instance, REGION);
            try {
                const path = `${url}/latest/meta-data/iam/security-credentials/`;
                const open = async (ttl: string) =>
                    fetch(`${url}/latest/api/token`, {
                        method: "PUT",
                        headers: { "x-aws-ec2-metadata-token-ttl-seconds": ttl },
                    });
                const headers = { "x-aws-ec2-metadata-token": await (await open("60")).text() };
                const statuses = [
                    await fetch(path),
                    await fetch(path, { headers: { "x-aws-ec2-metadata-token": "x" } }),
                    await open("0"),
                    await open("21601"),
                ];
                assert.deepEqual(
                    statuses.map(({ status }) => status),
                    [401, 401, 400, 400],
                );
                assert.equal(await (await fetch(path, { headers })).text(), "host");
                const given = (await (await fetch(`${path}host`, { headers })).json()) as Record<string, string>;
                assert.equal(
                    callerOf(store, given["AccessKeyId"] ?? "", given["Token"])?.arn,
                    "arn:aws:sts::111122223333:assumed-role/host/host",
                );
                assert.equal((await fetch(`${path}other`, { headers })).status, 404);
                putRole("host", serviceTrust("lambda.amazonaws.com"));
                assert.equal(
                    ((await (await fetch(`${path}host`, { headers })).json()) as Record<string, string>)["Code"],
                    "AssumeRoleUnauthorizedAccess",
                );
            } finally {
                await close();
            }
        });
    });
});
