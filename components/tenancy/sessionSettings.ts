import * as pulumi from "@pulumi/pulumi";
import { restriction } from "../../toolkit/guardedSession";
import { missingSettings, RESTRICTS, setAllForRole, settingName, settingOf } from "../../toolkit/roleSettings";
import { inTransaction } from "../../toolkit/session";
import { identifier, parameter, sql } from "../../toolkit/sql";
import { ServerSessions } from "./server";
import type { OpenSession } from "./provisionerSession";

/** Settings of a login, by name; settings that are not listed are not set. */
export type BeginWith = Readonly<Record<string, string>>;

/**
 * Initial settings of a login's sessions that the provider's role resource has no input for. A resource in the state
 * records them; before it is created or changed, a hook sets them on the server or fails the run.
 */
export class SessionSettings {
    private readonly server: ServerSessions;

    /** @param database the database that the program's provider connects to */
    constructor(open: OpenSession, database: pulumi.Input<string>) {
        this.server = new ServerSessions(open, new Promise((resolve) => pulumi.output(database).apply(resolve)));
    }

    /** @param login the login role, once it exists */
    of(
        name: string,
        login: pulumi.Input<string>,
        settings: BeginWith,
        opts: pulumi.CustomResourceOptions,
    ): pulumi.Resource {
        const set: pulumi.ResourceHookFunction = ({ newInputs, oldInputs }) =>
            this.server.exclusively(() => this.set(declared(newInputs), declared(oldInputs)));
        const hooks = { beforeCreate: [set], beforeUpdate: [set] };
        return new pulumi.Stash(`${name}-settings`, { input: { login, settings } }, { ...opts, hooks });
    }

    /** Only describes existing settings: only the bootstrap sets those of the break-glass login. */
    stated(
        name: string,
        login: pulumi.Input<string>,
        settings: BeginWith,
        opts: pulumi.CustomResourceOptions,
    ): pulumi.Resource {
        return new pulumi.Stash(`${name}-settings`, { input: { login, settings } }, opts);
    }

    private async set({ login, settings }: Declared, before: Declared): Promise<void> {
        const session = await this.server.session();
        const { rows } = await session.query<{ config: string[] | null; restricts: boolean }>(
            sql`SELECT rolconfig AS config, ${RESTRICTS} FROM pg_roles WHERE rolname = ${parameter(login)}`,
        );
        const [role] = rows;
        if (role === undefined) {
            throw new Error(
                `role ${login}, whose settings are to be set, does not exist: run \`pulumi refresh\`, then try again`,
            );
        }
        const config = role.config ?? [];
        const known = Object.entries(settings).filter(([setting]) => role.restricts || setting !== restriction.name);
        const gone = config
            .map((one) => settingOf(one).name)
            .filter((setting) => setting in before.settings && !(setting in settings));
        await inTransaction(session, [
            ...setAllForRole(login, missingSettings(new Map(known), config)),
            ...gone.map((setting) => sql`ALTER ROLE ${identifier(login)} RESET ${settingName(setting)}`),
        ]);
    }
}

interface Declared {
    readonly login: string;
    readonly settings: BeginWith;
}

function declared(inputs: Readonly<Record<string, unknown>> | undefined): Declared {
    return (inputs?.["input"] ?? { login: "", settings: {} }) as Declared;
}
