import type { Document } from "../../policy/iam";
import type { CloudObject, Store } from "../cloud/store";
import { parseArn } from "../providers/aws/arn";
import { Cloud } from "../providers/aws/cloud";
import { boundaryOf, policiesOf } from "../providers/aws/iam/permissions";
import { partitionNamed } from "../providers/aws/region";
import { ROLE } from "../providers/aws/tokens";
import { must, number } from "../providers/aws/values";

/** A role of the stand-in cloud as it is now. */
export interface Role {
    readonly arn: string;
    /** Its unique id: `AROA…`. */
    readonly id: string;
    readonly name: string;
    readonly account: string;
    /** JSON. */
    readonly trust: string;
    readonly maxSessionSeconds: number;
    /** The policies inside it and attached to it. */
    policies(): Document[];
    /** What it may do at most, whatever its policies say: its permissions boundary, where it has one. */
    boundary(): Document | undefined;
}

/** The role of an ARN; undefined if there is none. */
export function findRole(store: Store, arn: string): Role | undefined {
    const parts = parseArn(arn);
    if (parts?.service !== "iam" || !parts.resource.startsWith("role/")) {
        return undefined;
    }
    const cloud = new Cloud(store, partitionNamed(parts.partition).home, parts.account);
    const object = cloud.locate(ROLE, arn);
    return object === undefined ? undefined : roleOf(object, cloud);
}

/** All roles of a name, in whatever account. */
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
        policies: () => policiesOf(object, cloud),
        boundary: () => boundaryOf(object, cloud),
    };
}
