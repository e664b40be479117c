import { accessOf, resourceIdOf } from "../../access";
import { parseSettings } from "../../config/settings";
import { startServer } from "../../sandbox/server";
import { readStackFile } from "../../toolkit/system/stackFile";
import { UserError } from "../../toolkit/userError";
import { ofProject, stackFileOf } from "../command/stackChoice";
import { type Choice, type Reached, knownLogins } from "../sessions/servers";
import { needStack, withPlatform } from "./stacks";

/** Does the work with a session on each chosen server of the sandbox, without locking the state folder: this command must work while a run waits for a session's lock. */
export async function onSandboxServers<T>(choice: Choice, work: (server: Reached) => Promise<T>): Promise<T[]> {
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
