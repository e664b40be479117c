import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import { stateDir } from "../../toolkit/paths";
import { makeOnce } from "../../toolkit/system/files";
import { partitionNamed } from "../cloud/aws/region";
import { FUNCTION, INSTANCE, INSTANCE_PROFILE, ROLE, TASK_DEFINITION } from "../cloud/aws/tokens";
import { must, text } from "../cloud/aws/values";
import { assumeAsService } from "./assume";
import type { World } from "./assume";
import { Refused } from "./error";
import { findRole, rolesNamed } from "./roles";
import type { Role } from "./roles";
import type { Credentials } from "./session";
import { parseArn } from "../../toolkit/arn";

/** The lifetime of credentials from EC2, ECS and Lambda. */
const SECONDS = 6 * 3600;

/** A workload outside EKS: an instance, a task, a function. */
export type ComputeKind = "ec2" | "ecs" | "lambda";

/** A workload and its role. */
export interface ComputeWorkload {
    readonly kind: ComputeKind;
    /** The name that found it. */
    readonly id: string;
    readonly role: Role;
}

/** The sources of names: existing workloads and, below them, possible ones, identified by their role. */
const TYPES = { ec2: [INSTANCE, INSTANCE_PROFILE], ecs: [TASK_DEFINITION, ROLE], lambda: [FUNCTION, ROLE] } as const;

/**
 * Finds a workload by name: an instance's id or an instance profile; a task definition's family or a role; a function
 * or a role. Undefined if it does not exist or has no role.
 */
export function findComputeWorkload({ store }: World, kind: ComputeKind, id: string): ComputeWorkload | undefined {
    for (const type of TYPES[kind]) {
        for (const object of store.list(type).filter((each) => each.id === id)) {
            const { state, account } = object;
            const profile = type === INSTANCE ? text(state, "iamInstanceProfile") : id;
            const held = store.list(INSTANCE_PROFILE, { account }).find((each) => each.id === profile);
            const role =
                kind === "ec2"
                    ? rolesNamed(store, must(held?.state ?? {}, "role")).find((each) => each.account === account)
                    : findRole(store, must(state, type === ROLE ? "arn" : kind === "ecs" ? "taskRoleArn" : "role"));
            if (role !== undefined) {
                return { kind, id, role };
            }
        }
    }
    return undefined;
}

/** The names that {@link findComputeWorkload} accepts; of the roles, those that the service can assume. */
export function workloadNames({ store }: World, kind: ComputeKind): string[] {
    const trusts = (id: string): boolean => rolesNamed(store, id).some(({ trust }) => trust.includes(SERVICES[kind]));
    return TYPES[kind].flatMap((type) =>
        store
            .list(type)
            .map(({ id }) => id)
            .filter((id) => type !== ROLE || trusts(id)),
    );
}

const SERVICES = { ec2: "ec2.amazonaws.com", ecs: "ecs-tasks.amazonaws.com", lambda: "lambda.amazonaws.com" } as const;

/** The credentials that the service gives the workload in a region. @throws Refused if the role does not trust it */
export function workloadCredentials(world: World, { kind, id, role }: ComputeWorkload, region: string): Credentials {
    const { partition = "" } = parseArn(role.arn) ?? {};
    const service = kind === "ec2" ? `ec2.${partitionNamed(partition).dnsSuffix}` : SERVICES[kind];
    const source = (resource: string) => ({
        "aws:SourceAccount": role.account,
        "aws:SourceArn": `arn:${partition}:${resource}${id}`,
    });
    // As in components/identity/computeIdentity.ts: AWS documents these keys for ECS and Lambda, and none for EC2.
    const context = {
        ec2: {},
        ecs: source(`ecs:${region}:${role.account}:task/`),
        lambda: source(`lambda:${region}:${role.account}:function:`),
    }[kind];
    const sessionName = id.slice(0, 64);
    return assumeAsService(world, service, { roleArn: role.arn, sessionName, seconds: SECONDS }, context).credentials;
}

/** A task's authorization for its credentials in a region: on ECS the address is the secret, here this is. */
export function taskAuthorization(id: string, region: string): string {
    return sealed(`${region}/${id}`);
}

/** The task's credentials. @throws Refused */
export function taskCredentials(world: World, authorization: string): Credentials {
    const task = Buffer.from(authorization.split(".")[0] ?? "", "base64url").toString();
    const [given, right] = [Buffer.from(authorization), Buffer.from(sealed(task))];
    const [region = "", ...id] = task.split("/");
    const machine =
        given.length === right.length && timingSafeEqual(given, right)
            ? findComputeWorkload(world, "ecs", id.join("/"))
            : undefined;
    if (machine === undefined) {
        throw new Refused(403, "AccessDenied", "the authorization does not belong to a task");
    }
    return workloadCredentials(world, machine, region);
}

function sealed(task: string): string {
    const key = Buffer.from(
        makeOnce(stateDir("keys", "tasks"), () => randomBytes(32).toString("base64")),
        "base64",
    );
    return `${Buffer.from(task).toString("base64url")}.${createHmac("sha256", key).update(task).digest("base64url")}`;
}
