import { type DeclaredServer, accessOf, resourceIdOf } from "../../access";
import { parseSettings } from "../../config/settings";
import { BREAK_GLASS, PROVISIONER } from "../../toolkit/serverNames";
import { UserError } from "../../toolkit/userError";
import { readStackFile } from "../../toolkit/system/stackFile";
import { startServer } from "../../sandbox/server";
import type { Session } from "../../toolkit/session";
import { connect, targetOf } from "../access/connection";
import { serverFor } from "../access/server";
import { readSources } from "../access/sources";
import { needStack, withPlatform } from "../sandbox/stacks";
import { type StackChoice, ofProject, stackFileOf } from "../sandbox/session";
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
    return choice.live === undefined ? inSandbox(choice, work) : live(choice.live, choice, work);
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

/** Without locking the state folder: this command must work while a run waits for a session's lock. */
async function inSandbox<T>(choice: Choice, work: (server: Reached) => Promise<T>): Promise<T[]> {
    needStack(choice.stack);
    const { platform, access } = parseSettings(ofProject(readStackFile(stackFileOf(choice))));
    const { resources, mine } = withPlatform(choice.stack, typeof platform === "string" ? platform : undefined);
    const servers = accessOf(resources).servers.filter(
        ({ server: { key, resource } }) => mine.has(resource?.urn ?? "") && (choice.server ?? key) === key,
    );
    const sandbox = await startServer();
    try {
        const results: T[] = [];
        for (const declared of servers) {
            const id = resourceIdOf(declared.server);
            if (id !== undefined) {
                const client = await (await sandbox.postgresFor(id)).admin("postgres");
                try {
                    results.push(
                        await work({
                            name: declared.server.key,
                            client,
                            known: knownLogins(declared, choice["break-glass"] ?? access?.breakGlass),
                        }),
                    );
                } finally {
                    await client.end();
                }
            }
        }
        if (results.length === 0) {
            throw new UserError(
                `the stack ${choice.stack} has no PostgreSQL server${choice.server === undefined ? "" : ` ${JSON.stringify(choice.server)}`} in the sandbox`,
            );
        }
        return results;
    } finally {
        await sandbox.stop();
    }
}

function knownLogins({ rights, administrators }: DeclaredServer, breakGlass = BREAK_GLASS): KnownLogins {
    const logins = [...rights.world.roles.values()].filter(({ login }) => login);
    return {
        declared: new Set(logins.map(({ name }) => name)),
        own: new Set([...administrators, PROVISIONER, breakGlass]),
    };
}
