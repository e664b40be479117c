import { accessOf, resourceIdOf } from "../../access";
import { BREAK_GLASS } from "../../toolkit/serverNames";
import { type DriftResult, serverDrift } from "../../drift/server";
import { inSession, type Session } from "./session";
import { needStack, withPlatform } from "./stacks";

/** The drift of a stack that runs in the sandbox. */
export async function sandboxDrift(
    options: { readonly stack: string; readonly "config-file"?: string | undefined },
    fix: boolean,
): Promise<DriftResult> {
    needStack(options.stack);
    return inSession(options, (session) => stackDrift(session, options.stack, fix));
}

/** The drift of every server that a sandbox stack, or its platform stack, created. */
export async function stackDrift(
    { server, settings }: Pick<Session, "server" | "settings">,
    stack: string,
    fix: boolean,
): Promise<DriftResult> {
    const { platform, access } = settings;
    const { resources, mine } = withPlatform(stack, typeof platform === "string" ? platform : undefined);
    const results: DriftResult[] = [];
    for (const { server: declared } of accessOf(resources).servers) {
        const id = resourceIdOf(declared);
        if (id !== undefined && mine.has(declared.resource?.urn ?? "")) {
            const postgres = await server.postgresFor(id);
            const choice = { server: declared.key, breakGlass: access?.breakGlass ?? BREAK_GLASS, fix };
            results.push(await serverDrift(resources, (database) => postgres.guardedAdmin(database), choice));
        }
    }
    return {
        findings: results.flatMap(({ findings }) => findings),
        fixed: results.flatMap(({ fixed }) => fixed),
        elsewhere: results.flatMap(({ elsewhere }) => elsewhere),
        notCompared: [...new Set(results.flatMap(({ notCompared }) => notCompared))],
    };
}
