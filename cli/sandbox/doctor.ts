import { accessOf, resourceIdOf } from "../../access";
import { parseSettings } from "../../config/settings";
import type { DatabaseFacts } from "../../doctor/facts";
import { readDatabase } from "../../doctor/read/database";
import { startServer } from "../../sandbox/server";
import { FALLBACK } from "../../toolkit/serverNames";
import { readStackFile } from "../../toolkit/system/stackFile";
import { UserError } from "../../toolkit/userError";
import { type StackChoice, ofProject, stackFileOf } from "../command/stackChoice";
import { needStack, withPlatform } from "./stacks";

/** What is on a stack's first server in the sandbox, read as the superuser. @throws UserError */
export async function sandboxDatabaseFacts(choice: StackChoice, seconds: number): Promise<DatabaseFacts> {
    needStack(choice.stack);
    const { platform } = parseSettings(ofProject(readStackFile(stackFileOf(choice))));
    const { resources, mine } = withPlatform(choice.stack, typeof platform === "string" ? platform : undefined);
    const ids = accessOf(resources)
        .servers.filter(({ server: { resource } }) => mine.has(resource?.urn ?? ""))
        .flatMap(({ server }) => resourceIdOf(server) ?? []);
    const [id] = ids;
    if (id === undefined) {
        throw new UserError(`the stack ${choice.stack} has no PostgreSQL server in the sandbox`);
    }
    const sandbox = await startServer();
    try {
        const postgres = await sandbox.postgresFor(id);
        const open = (database: string) => postgres.guardedAdmin(database);
        return await readDatabase({ database: FALLBACK, open, seconds });
    } finally {
        await sandbox.stop();
    }
}
