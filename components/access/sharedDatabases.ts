import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../toolkit/record";

/** The databases of a stack that limits access to them, as a stack that shares them uses them. */
export interface SharedDatabases {
    /** The databases that this stack's tenants use in addition to the platform's. */
    readonly further: readonly string[];
    /** The name of one of them. The run fails if the other stack does not have it. */
    furtherName(database: string): pulumi.Output<string>;
    /** The group whose members may connect. */
    groupOf(database: pulumi.Input<string>): pulumi.Output<string>;
}

export interface SharedDatabasesArgs {
    /** The stack that has the databases' groups, PUBLIC's rights and the extensions. */
    readonly stack: string;
    /** The databases that this stack's tenants name. */
    readonly further: readonly string[];
    /** The server of this stack's platform. */
    readonly clusterResourceId: pulumi.Output<string>;
    /** Name of the platform's database. */
    readonly database: pulumi.Output<string>;
}

/**
 * Reads which databases another stack limits access to. The run fails if that stack does not, or works with another server.
 *
 * @param checked what has to hold before the stack is read
 */
export function readSharedDatabases(
    name: string,
    { stack, further, clusterResourceId, database }: SharedDatabasesArgs,
    checked: Promise<void>,
): SharedDatabases {
    // A resource that is only read has no transform, so that beforeEverything does not hold it back.
    const reference = new pulumi.StackReference(name, { name: checked.then(() => stack) });
    const groups = pulumi
        .all([reference.getOutput("databaseGroups"), reference.getOutput("clusterResourceId"), clusterResourceId])
        .apply(([given, actual, own]) => checkGroups(stack, given, actual, own));
    return {
        further,
        furtherName: (given) =>
            pulumi.all([groups, database]).apply(([known, first]) => checkFurther(stack, known, first, given)),
        groupOf: (given) => pulumi.all([groups, given]).apply(([known, one]) => groupIn(stack, known, one)),
    };
}

type Groups = Readonly<Record<string, string>>;

function checkGroups(stack: string, groups: unknown, actual: unknown, own: string): Groups {
    if (actual !== own) {
        throw new pulumi.RunError(
            `access.databaseStack names ${stack}, which works with the database ${JSON.stringify(actual) ?? "of none"}, and platformStack has ${own}: name the stack that limits access to that one`,
        );
    }
    if (!isRecord(groups) || Object.keys(groups).length === 0) {
        throw new pulumi.RunError(
            `access.databaseStack names ${stack}, which does not limit access to any database: it has no access yet, or shares another stack's databases itself; name the stack that has them, after its \`pulumi up\``,
        );
    }
    return Object.fromEntries(Object.entries(groups).map(([database, group]) => [database, String(group)]));
}

function checkFurther(stack: string, groups: Groups, first: string, given: string): string {
    if (given === first) {
        throw new pulumi.RunError(
            `a tenant's database is ${given}, the platform's own: leave out access.tenants[].database for it`,
        );
    }
    groupIn(stack, groups, given);
    return given;
}

function groupIn(stack: string, groups: Groups, database: string): string {
    const group = groups[database];
    if (group === undefined) {
        throw new pulumi.RunError(
            `a tenant's database is ${database}, and ${stack} has ${Object.keys(groups).join(", ")}: name one of these, or add it to access.databases of that stack first`,
        );
    }
    return group;
}
