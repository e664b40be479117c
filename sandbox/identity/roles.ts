import type { Permissions } from "../../policy/iam";
import type { CloudObject, Store } from "../cloud/store";
import { parseArn } from "../../toolkit/arn";
import { Cloud } from "../cloud/aws/cloud";
import { permissionsOf } from "./permissions";
import { partitionNamed } from "../cloud/aws/region";
import { ROLE } from "../cloud/aws/tokens";
import { must, number } from "../cloud/aws/values";

/** The current state of a role in the stand-in cloud. */
export interface Role {
    readonly arn: string;
    /** Its unique id: `AROA…`. */
    readonly id: string;
    readonly name: string;
    readonly account: string;
    /** JSON. */
    readonly trust: string;
    readonly maxSessionSeconds: number;
    /** Its inline and attached policies, and its permissions boundary. */
    permissions(): Permissions;
}

/** The role with this ARN; undefined if it does not exist. */
export function findRole(store: Store, arn: string): Role | undefined {
    const parts = parseArn(arn);
    if (parts?.service !== "iam" || !parts.resource.startsWith("role/")) {
        return undefined;
    }
    const cloud = new Cloud(store, partitionNamed(parts.partition).home, parts.account);
    const object = cloud.locate(ROLE, arn);
    return object === undefined ? undefined : roleOf(object, cloud);
}

/** All roles with this name, in any account. */
export function rolesNamed(store: Store, name: string): Role[] {
    return store
        .list(ROLE)
        .filter(({ id }) => id === name)
        .map((object) => findRole(store, must(object.state, "arn")))
        .filter((role) => role !== undefined);
}

function roleOf(object: CloudObject, cloud: Cloud): Role {
    const { state, account } = object;
    return {
        arn: must(state, "arn"),
        id: must(state, "uniqueId"),
        name: object.id,
        account,
        trust: must(state, "assumeRolePolicy"),
        maxSessionSeconds: number(state, "maxSessionDuration") ?? 3600,
        permissions: () => permissionsOf(object, cloud),
    };
}
