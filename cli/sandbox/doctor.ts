import { accessOf, resourceIdOf } from "../../access";
import { parseSettings } from "../../config/settings";
import type { Facts } from "../../doctor/facts";
import { readDatabase } from "../../doctor/read/database";
import { Store } from "../../sandbox/cloud/store";
import { startServer } from "../../sandbox/server";
import { FALLBACK } from "../../toolkit/serverNames";
import { readStackFile } from "../../toolkit/system/stackFile";
import { UserError } from "../../toolkit/userError";
import { type StackChoice, ofProject, stackFileOf } from "../command/stackChoice";
import { cloudFacts } from "./doctorCloud";
import { needStack, withPlatform } from "./stacks";

/** The stand-in cloud around a stack's first server in the sandbox, and the server's catalogs, read as the superuser. @throws UserError */
export async function sandboxFacts(
    choice: StackChoice,
    seconds: number,
): Promise<Pick<Facts, "aws" | "kubernetes" | "database">> {
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
        return {
            ...cloudFacts(new Store(), id),
            database: await readDatabase({ database: FALLBACK, open, seconds }),
        };
    } finally {
        await sandbox.stop();
    }
}
