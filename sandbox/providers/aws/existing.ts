import type { Props } from "../../cloud/props";
import { Cloud } from "../../cloud/aws/cloud";
import { declarations } from "./declarations";
import { schemaOf, type Schema } from "./declaring/schema";
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
    /** What AWS chose when it was created, as far as something refers to it; the rest is chosen at random. */
    readonly outputs?: Props;
}

/**
 * Adds the objects to the stand-in cloud that a stack expects to find: a security group with a given id, another team's
 * VPC. Existing objects are not changed. Throws an Error that lists all invalid objects.
 */
export function putExisting(cloud: Cloud, objects: readonly Existing[]): void {
    const problems = objects.flatMap(({ type, id, inputs, outputs = {} }) => {
        const known = declarations.some((declaration) => declaration.type === type);
        const failures = known
            ? [...shapeFailures(inputs, schemaOf(type).inputs), ...unknownOutputs(outputs, schemaOf(type))]
            : [{ property: "type", reason: "the stand-in for aws does not support this type" }];
        return failures.map(({ property, reason }) => `${type} ${id}: ${property}: ${reason}`);
    });
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
    for (const { type, id, inputs, outputs = {}, account = cloud.account, region = cloud.region } of objects) {
        const declaration = declarations.find((each) => each.type === type);
        const place = new Cloud(cloud.store, region, account);
        if (declaration !== undefined && place.find(type, id) === undefined) {
            const self = selfOf(id, { ...declaration.defaults, ...inputs }, place, outputs);
            const state = stateOf(declaration, self);
            place.store.put({ type, id, ...place.home(type), inputs: json(inputs), state });
            createImplicitObjects(declaration, { ...self, inputs: state });
        }
    }
}

function unknownOutputs(given: Props, { outputs }: Schema): { readonly property: string; readonly reason: string }[] {
    return Object.keys(given)
        .filter((name) => !outputs.has(name))
        .map((property) => ({ property, reason: `no output; outputs are ${[...outputs.keys()].sort().join(", ")}` }));
}
