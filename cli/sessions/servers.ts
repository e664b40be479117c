import { type DeclaredServer, accessOf } from "../../access";
import { BREAK_GLASS, PROVISIONER } from "../../toolkit/serverNames";
import type { Session } from "../../toolkit/session";
import { connect, targetOf } from "../access/connection";
import { serverFor } from "../access/server";
import { readSources } from "../access/sources";
import { fromSandbox } from "../command/fromSandbox";
import type { StackChoice } from "../command/stackChoice";
import type { KnownLogins } from "./judge";

/** A server whose sessions to inspect. */
export interface Reached {
    /** Its key among the resources; without resources, its host. */
    readonly name: string;
    readonly client: Session;
    /** Undefined: no resources were given. */
    readonly known: KnownLogins | undefined;
}

/** The command line's choice of a server. */
export interface Choice extends StackChoice {
    readonly live?: string | undefined;
    readonly after?: readonly string[] | undefined;
    readonly server?: string | undefined;
    readonly "break-glass"?: string | undefined;
}

/** Does the work with a session on each chosen server. @throws UserError */
export function onServers<T>(choice: Choice, work: (server: Reached) => Promise<T>): Promise<T[]> {
    return choice.live === undefined ? fromSandbox().onSandboxServers(choice, work) : live(choice.live, choice, work);
}

async function live<T>(
    where: string,
    { stack, after, server, "break-glass": breakGlass }: Choice,
    work: (server: Reached) => Promise<T>,
): Promise<T[]> {
    const target = targetOf(where, process.env);
    const model = after === undefined ? undefined : accessOf((await readSources(after, { stack })).after);
    const key = model && serverFor(model, target.host, server);
    const declared = model?.servers.find((one) => one.server.key === key);
    const client = await connect(target, target.database);
    try {
        return [await work({ name: key ?? target.host, client, known: declared && knownLogins(declared, breakGlass) })];
    } finally {
        await client.end();
    }
}

/** The logins that belong on a server. */
export function knownLogins({ rights, administrators }: DeclaredServer, breakGlass = BREAK_GLASS): KnownLogins {
    const logins = [...rights.world.roles.values()].filter(({ login }) => login);
    return {
        declared: new Set(logins.map(({ name }) => name)),
        own: new Set([...administrators, PROVISIONER, breakGlass]),
    };
}
