import type { CloudObject } from "../../cloud/store";
import type { Props } from "../../cloud/props";
import type { Failure } from "../protocol/types";
import type { Cloud } from "../../cloud/aws/cloud";
import type { Declaration, Reference } from "./declaring/declaration";
import { same, scalarsAt } from "../../cloud/aws/values";

/** All resource types and their references. */
export class Catalogue {
    private readonly byType: ReadonlyMap<string, Declaration>;
    /** Types whose objects use others without a reference to them. */
    private readonly users: readonly Declaration[];
    private readonly holders = new Map<
        string,
        { readonly declaration: Declaration; readonly path: string; readonly reference: Reference }[]
    >();

    constructor(declarations: readonly Declaration[]) {
        this.byType = new Map(declarations.map((declaration) => [declaration.type, declaration]));
        this.users = declarations.filter(({ uses }) => uses !== undefined);
        for (const declaration of declarations) {
            for (const [path, reference] of Object.entries(declaration.references ?? {})) {
                if (reference.blocksDeletion === true) {
                    this.holders.set(reference.to, [
                        ...(this.holders.get(reference.to) ?? []),
                        { declaration, path, reference },
                    ]);
                }
            }
        }
    }

    get(type: string): Declaration | undefined {
        return this.byType.get(type);
    }

    types(): string[] {
        return [...this.byType.keys()];
    }

    /** The referenced object of a value. */
    locate(type: string, value: string, cloud: Cloud): CloudObject | undefined {
        const found = this.byType.get(type)?.locate;
        return found === undefined ? cloud.locate(type, value) : found(value, cloud);
    }

    /**
     * References of these arguments to objects that do not exist. Those unchanged since `before` are not checked:
     * without a request to AWS, a deleted object causes no error.
     */
    broken(declaration: Declaration, inputs: Props, before: Props | undefined, cloud: Cloud): Failure[] {
        return Object.entries(declaration.references ?? {}).flatMap(([path, reference]) => {
            const property = path.split(".")[0] ?? path;
            if (before !== undefined && same(before[property], inputs[property])) {
                return [];
            }
            return scalarsAt(inputs, path).flatMap(({ path: at, value }) => {
                const wanted = String(value);
                if (reference.when?.(wanted) === false || this.locate(reference.to, wanted, cloud) !== undefined) {
                    return [];
                }
                return [{ property: at, reason: (reference.missing ?? this.missing(reference.to))(wanted) }];
            });
        });
    }

    /** True if this object's parent has been deleted. */
    orphaned(declaration: Declaration, object: CloudObject, cloud: Cloud): boolean {
        const { parent: within = "" } = declaration;
        const parent = declaration.references?.[within];
        return (
            parent !== undefined &&
            scalarsAt(object.state, within).some(
                ({ value }) =>
                    parent.when?.(String(value)) !== false &&
                    this.locate(parent.to, String(value), cloud) === undefined,
            )
        );
    }

    /** True if ids of the type are random, so that an object with a known id must exist. */
    hasRandomIds(type: string): boolean {
        return typeof this.byType.get(type)?.id === "string";
    }

    /** An object whose reference keeps AWS from deleting this one; objects that are deleted with it do not count. */
    holderOf(type: string, id: string, cloud: Cloud, companions: ReadonlySet<string>): CloudObject | undefined {
        for (const { declaration, path, reference } of this.holders.get(type) ?? []) {
            const holder = cloud
                .all(declaration.type)
                .find(
                    (object) =>
                        !companions.has(object.id) &&
                        scalarsAt(object.state, path).some(
                            ({ value }) =>
                                reference.when?.(String(value)) !== false &&
                                this.locate(type, String(value), cloud)?.id === id,
                        ),
                );
            if (holder !== undefined && !(holder.type === type && holder.id === id)) {
                return holder;
            }
        }
        return this.userOf(type, id, cloud, companions);
    }

    private userOf(type: string, id: string, cloud: Cloud, companions: ReadonlySet<string>): CloudObject | undefined {
        return this.users
            .flatMap(({ type: user, uses }) => cloud.all(user).map((object) => ({ object, uses })))
            .find(
                ({ object, uses }) =>
                    !companions.has(object.id) &&
                    uses?.({ id: object.id, inputs: object.state, cloud }).some(
                        (used) => used.type === type && used.id === id,
                    ),
            )?.object;
    }

    private missing(type: string): (value: string) => string {
        return this.byType.get(type)?.missing ?? ((value) => `ResourceNotFoundException: ${value} not found`);
    }
}
