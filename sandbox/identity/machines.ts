import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

import type { CloudObject } from "../cloud/store";
import { stateDir } from "../paths";
import { makeOnce } from "../postgres/files";
import { FUNCTION, INSTANCE, INSTANCE_PROFILE, TASK_DEFINITION } from "../providers/aws/tokens";
import { must, text } from "../providers/aws/values";
import { assumeAsService } from "./assume";
import type { World } from "./assume";
import { Refused } from "./error";
import type { Credentials } from "./session";

/** As long as EC2, ECS and Lambda give credentials. */
const SECONDS = 6 * 3600;

/** What runs outside of EKS and has a role: an instance, a task, a function. */
export interface Machine {
    readonly kind: "ec2" | "ecs" | "lambda";
    /** The instance's id, the task definition's family, the function's name. */
    readonly id: string;
    readonly region: string;
    readonly account: string;
    /** Undefined for one without a role. */
    readonly roleArn: string | undefined;
}

const TYPES = { ec2: INSTANCE, ecs: TASK_DEFINITION, lambda: FUNCTION } as const;
const SERVICES = { ec2: "ec2.amazonaws.com", ecs: "ecs-tasks.amazonaws.com", lambda: "lambda.amazonaws.com" } as const;

/** The machines of a kind as the stand-in cloud has them now. */
export function machinesOf({ store }: World, kind: Machine["kind"]): Machine[] {
    const roleArn: Record<Machine["kind"], (object: CloudObject) => string | undefined> = {
        ec2: ({ state, account, region }) => {
            const profile = text(state, "iamInstanceProfile");
            const found = store
                .list(INSTANCE_PROFILE, { account })
                .find((each) => each.id === profile && samePartition(each, region));
            const role = text(found?.state ?? {}, "role");
            const roles = store.list("aws:iam/role:Role", { account });
            return roles.filter(({ id }) => id === role).map((each) => must(each.state, "arn"))[0];
        },
        ecs: ({ state }) => text(state, "taskRoleArn"),
        lambda: ({ state }) => text(state, "role"),
    };
    return store.list(TYPES[kind]).map((object) => ({
        ...{ kind, id: object.id, region: object.region, account: object.account },
        roleArn: roleArn[kind](object),
    }));
}

function samePartition({ state }: CloudObject, region: string): boolean {
    return must(state, "arn").startsWith("arn:aws-cn:") === region.startsWith("cn-");
}

/** The credentials that the service gives the machine: @throws Refused when its role does not trust the service */
export function machineCredentials(world: World, { kind, id, account, roleArn }: Machine): Credentials {
    if (roleArn === undefined) {
        throw new Refused(404, "NotFound", `${kind} ${id} has no role`);
    }
    const context = { "aws:SourceAccount": account };
    return assumeAsService(world, SERVICES[kind], { roleArn, sessionName: id, seconds: SECONDS }, context).credentials;
}

/** What a task shows to get its credentials: on ECS the address is the secret, here the authorization. */
export function taskAuthorization(family: string): string {
    const root = Buffer.from(makeOnce(stateDir("keys", "tasks"), () => randomBytes(32).toString("base64")), "base64");
    return `${Buffer.from(family).toString("base64url")}.${createHmac("sha256", root).update(family).digest("base64url")}`;
}

/** The task whose authorization this is. @throws Refused */
export function taskOf(world: World, authorization: string): Machine {
    const family = Buffer.from(authorization.split(".")[0] ?? "", "base64url").toString();
    const [given, right] = [Buffer.from(authorization), Buffer.from(taskAuthorization(family))];
    const task = machinesOf(world, "ecs").find(({ id }) => id === family);
    if (task === undefined || given.length !== right.length || !timingSafeEqual(given, right)) {
        throw new Refused(403, "AccessDenied", "the authorization is not that of a task");
    }
    return task;
}
