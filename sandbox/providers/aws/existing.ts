import type { Props } from "../../cloud/props";
import { Cloud } from "../../cloud/aws/cloud";
import { declarations } from "./declarations";
import { schemaOf } from "./declaring/schema";
import { shapeFailures } from "./declaring/shape";
import { createImplicitObjects, json, selfOf, stateOf } from "./state";

/** An object that existed before the stack. */
export interface Existing {
    /** Pulumi's type token. */
    readonly type: string;
    /** Its id, as in the stack's config. */
    readonly id: string;
    /** Its account; the stack's own account by default. */
    readonly account?: string;
    /** Its region; the stack's own by default. */
    readonly region?: string;
    /** Its arguments, including all required ones. */
    readonly inputs: Props;
}

/**
 * Adds the objects to the stand-in cloud that a stack expects to find: a security group with a given id, another team's
 * VPC. Existing objects are not changed. Throws an Error that lists all invalid objects.
 */
export function putExisting(cloud: Cloud, objects: readonly Existing[]): void {
    const problems = objects.flatMap(({ type, id, inputs }) => {
        const known = declarations.some((declaration) => declaration.type === type);
        const failures = known
            ? shapeFailures(inputs, schemaOf(type).inputs)
            : [{ property: "type", reason: "the stand-in for aws does not support this type" }];
        return failures.map(({ property, reason }) => `${type} ${id}: ${property}: ${reason}`);
    });
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
    for (const { type, id, inputs, account = cloud.account, region = cloud.region } of objects) {
        const declaration = declarations.find((each) => each.type === type);
        const place = new Cloud(cloud.store, region, account);
        if (declaration !== undefined && place.find(type, id) === undefined) {
            const self = selfOf(id, { ...declaration.defaults, ...inputs }, place, {});
            const state = stateOf(declaration, self);
            place.store.put({ type, id, ...place.home(type), inputs: json(inputs), state });
            createImplicitObjects(declaration, { ...self, inputs: state });
        }
    }
}
