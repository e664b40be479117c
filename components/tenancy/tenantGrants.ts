import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import type { ContentKind } from "./privileges";

/** One group's privileges in one tenant's schema. */
export interface TenantGrant {
    /** Name of the profile, which makes resource names unique. */
    readonly profile: string;
    /** The group role. */
    readonly group: pulumi.Input<string>;
    readonly on: ContentKind;
    /**
     * Names of objects, which must exist.
     * @default - all existing objects, and all that the owner creates later
     */
    readonly objects?: readonly string[] | undefined;
    /**
     * Names of columns of the one table that `objects` names.
     * @default - all
     */
    readonly columns?: readonly string[] | undefined;
    readonly privileges: readonly string[];
}

export interface TenantGrantsArgs {
    readonly database: pulumi.Input<string>;
    readonly schema: pulumi.Input<string>;
    readonly owner: pulumi.Input<string>;
    readonly grants: readonly TenantGrant[];
    /**
     * Resources that these grants depend on: when two concurrent grants change one object or lock one group's members,
     * Postgres fails one of them ("tuple concurrently updated").
     * @default - none
     */
    readonly after?: readonly pulumi.Resource[] | undefined;
}

const objectTypes: Readonly<Record<ContentKind, string>> = {
    tables: "table",
    sequences: "sequence",
    functions: "function",
};

/** Grants access to a tenant's schema to groups other than the application. Needs the provider `postgresql`. */
export class TenantGrants extends pulumi.ComponentResource {
    /** What the next ones depend on: the last of these grants, each of which depends on the one before. */
    readonly last: readonly pulumi.Resource[];

    constructor(name: string, args: TenantGrantsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:TenantGrants", name, {}, opts);
        const made: pulumi.CustomResource[] = [];
        const next = () => ({ parent: this, dependsOn: made.length === 0 ? [...(args.after ?? [])] : made.slice(-1) });
        const { database, schema, owner } = args;
        for (const { profile, group: role, on, objects, columns, privileges } of args.grants) {
            const objectType = objectTypes[on];
            const place = { role, database, schema };
            const key = [name, profile, ...(on === "tables" ? [] : [on])].join("-");
            if (objects === undefined) {
                const all = { ...place, objectType, privileges: [...privileges] };
                made.push(new postgresql.DefaultPrivileges(key, { ...all, owner }, next()));
                made.push(new postgresql.Grant(key, all, next()));
            } else if (columns === undefined) {
                const named = { ...place, objectType, objects: [...objects], privileges: [...privileges] };
                made.push(new postgresql.Grant([key, ...objects].join("-"), named, next()));
            } else {
                for (const privilege of privileges) {
                    const some = {
                        ...place,
                        objectType: "column",
                        objects: [...objects],
                        columns: [...columns],
                        privileges: [privilege],
                    };
                    made.push(new postgresql.Grant([key, ...objects, privilege.toLowerCase()].join("-"), some, next()));
                }
            }
        }
        this.last = made.length === 0 ? [...(args.after ?? [])] : made.slice(-1);
        this.registerOutputs();
    }
}
