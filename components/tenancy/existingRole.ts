import * as pulumi from "@pulumi/pulumi";
import type { Queryable } from "../../toolkit/session";
import { existingRoleProblems, type Stated } from "./existingRoleProblems";
import type { OpenSession } from "./provisionerSession";
import { ServerSessions } from "./server";

export interface ExistingRoleArgs {
    /** The role, as the catalog shows it. */
    readonly role: string;
    /** Name of the database that its sessions use. */
    readonly database: pulumi.Input<string>;
    /** Schemas with its data. */
    readonly schemas: readonly string[];
    /** What the config states of the new login's sessions. */
    readonly stated: Stated;
}

/**
 * Roles that the program does not manage, and whose members its logins are. A resource in the state records each; before
 * it is created or changed, a hook fails the run if the login could not act as the role, or if its sessions would differ
 * from those of the role itself. Nothing happens to the role: deleting the resource leaves it and all data.
 */
export class ExistingRoles {
    private readonly server: ServerSessions;

    /** @param database the database that the program's provider connects to */
    constructor(open: OpenSession, database: pulumi.Input<string>) {
        this.server = new ServerSessions(open, new Promise((resolve) => pulumi.output(database).apply(resolve)));
    }

    /** Everything that makes a login act as the role must depend on the result. */
    check(
        name: string,
        { role, database, schemas, stated }: ExistingRoleArgs,
        opts: pulumi.CustomResourceOptions,
    ): pulumi.Resource {
        const check: pulumi.ResourceHookFunction = ({ newInputs }) =>
            this.server.exclusively(async () => {
                const declared = newInputs?.["input"] as Declared;
                await refuse(await this.server.session(), declared);
            });
        const hooks = { beforeCreate: [check], beforeUpdate: [check] };
        const input = { existingRole: role, database, schemas, stated: defined(stated) };
        return new pulumi.Stash(`${name}-existing`, { input }, { ...opts, hooks });
    }
}

interface Declared {
    readonly existingRole: string;
    readonly database: string;
    readonly stated: Stated;
}

async function refuse(session: Queryable, { existingRole, database, stated }: Declared): Promise<void> {
    const problems = await existingRoleProblems(session, existingRole, database, stated);
    if (problems.length > 0) {
        throw new pulumi.RunError(problems.join("\n"));
    }
}

/** Outputs cannot be undefined: the engine would drop the key, and the next run would find a change. */
function defined(stated: Stated): Stated {
    return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}
