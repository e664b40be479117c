import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { existingRoleProblems, type Stated } from "./existingRoleProblems";
import type { ConnectionLog } from "./connectionLog";
import { applyMigration, unquiet, unremovable } from "./migrations";
import type { PasswordSecrets } from "./passwordSecrets";
import type { ExistingUsers } from "./publicLosses";
import { shutOut } from "./shutOut";
import type { Migration } from "./state";
import type { OpenSession } from "../provisionerSession";
import { ServerSessions } from "../server";

export interface ExistingRoleArgs {
    /** The role, as the catalog shows it. */
    readonly role: string;
    /** Name of the database that its sessions use. */
    readonly database: pulumi.Input<string>;
    /** Schemas with its data. */
    readonly schemas: readonly string[];
    /** What the config states of the new login's sessions. */
    readonly stated: Stated;
    readonly migration: Migration;
    /**
     * The break-glass login, if a profile lets it act as the role.
     * @default - it does not
     */
    readonly breakGlass?: string | undefined;
}

/**
 * Roles that the program does not manage, and whose members its logins are. A resource in the state records each; before
 * it is created or changed, a hook fails the run if the login could not act as the role, or if its sessions would differ
 * from those of the role itself, and moves the login that has the password from one state of its migration to the next.
 * Deleting the resource leaves the role and all data as they are.
 */
export class ExistingRoles {
    private readonly server: ServerSessions;

    /**
     * @param database the database that the program's provider connects to
     * @param logs the logs of connections, of the server and its copies; none if none can be read
     * @param secrets where copies of passwords are
     */
    constructor(
        open: OpenSession,
        database: pulumi.Input<string>,
        private readonly logs: () => Promise<readonly ConnectionLog[]>,
        private readonly secrets: PasswordSecrets,
    ) {
        this.server = new ServerSessions(open, new Promise((resolve) => pulumi.output(database).apply(resolve)));
    }

    /** Everything that makes a login act as the role must depend on the result. */
    check(
        name: string,
        { role, database, schemas, stated, migration, breakGlass }: ExistingRoleArgs,
        opts: pulumi.CustomResourceOptions,
    ): pulumi.Resource {
        // The engine's call comes from outside the program, to which warnings belong.
        const inProgram = AsyncLocalStorage.snapshot();
        const change: pulumi.ResourceHookFunction = ({ newInputs, oldInputs }) =>
            inProgram(() => this.server.exclusively(() => this.change(declared(newInputs), declared(oldInputs))));
        const hooks = { beforeCreate: [change], beforeUpdate: [change] };
        const rescue = breakGlass === undefined ? {} : { breakGlass };
        const input = { existingRole: role, database, schemas, stated: defined(stated), migration, ...rescue };
        return new pulumi.Stash(`${name}-existing`, { input }, { ...opts, hooks });
    }

    /** For what takes PUBLIC's rights on a database: fails before a role that the server shows to use it would lose them. */
    closing(database: pulumi.Input<string>, users: ExistingUsers, breakGlass: string): pulumi.ResourceHookBinding {
        const name = new Promise<string>((resolve) => pulumi.output(database).apply(resolve));
        // The engine's call comes from outside the program, to which warnings belong.
        const inProgram = AsyncLocalStorage.snapshot();
        const refuse = async () => {
            const { problems, warnings } = await shutOut(await this.server.session(), await name, users, breakGlass);
            if (problems.length > 0) {
                throw new pulumi.RunError(problems.join("\n"));
            }
            await Promise.all(warnings.map((text) => pulumi.log.warn(text)));
        };
        return { beforeCreate: [() => inProgram(() => this.server.exclusively(refuse))] };
    }

    private async change(now: Declared | undefined, before: Declared | undefined): Promise<void> {
        if (now === undefined) {
            return;
        }
        const tools = { server: this.server, logs: this.logs, secrets: this.secrets };
        const problems = await existingRoleProblems(await this.server.session(), now);
        if (problems.length === 0) {
            problems.push(...(await unquiet(tools, now.migration, before?.migration)));
            problems.push(...(await unremovable(tools, now.migration, before?.migration)));
        }
        if (problems.length > 0) {
            throw new pulumi.RunError(problems.join("\n"));
        }
        await applyMigration(tools, now.migration, before?.migration);
    }
}

interface Declared {
    readonly existingRole: string;
    readonly database: string;
    readonly stated: Stated;
    readonly migration: Migration;
    readonly breakGlass?: string;
}

function declared(inputs: Readonly<Record<string, unknown>> | undefined): Declared | undefined {
    return inputs?.["input"] as Declared | undefined;
}

/** Outputs cannot be undefined: the engine would drop the key, and the next run would find a change. */
function defined(stated: Stated): Stated {
    return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== undefined));
}
