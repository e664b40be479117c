import { accessOf, readCatalog } from "../../access";
import type { AccessModel, LiveResult } from "../../access";
import { property } from "../../access/resources/resource";
import { UserError } from "../../sandbox/userError";
import { inSandbox } from "../session";
import { connect, targetOf } from "./connection";
import { compareCatalog, Sessions } from "./live";
import { readSources } from "./sources";
import type { SourceOptions } from "./sources";
import { needStack, verifyStack } from "./stacks";

interface Choice {
    readonly where: string;
    readonly after?: readonly string[] | undefined;
    readonly server?: string | undefined;
}

/**
 * Compares what resources give with a server: one of the sandbox, or any that can be reached, of which catalogs are read and
 * nothing else.
 *
 * @throws UserError
 */
export async function live({ where, after, server }: Choice, source: SourceOptions): Promise<LiveResult> {
    if (where === "sandbox") {
        needStack(source.stack);
        return inSandbox((sandbox) => verifyStack(sandbox.server, source.stack));
    }
    const target = targetOf(where, process.env);
    if (after === undefined) {
        throw new UserError(
            "--live needs the resources that the server was made by: --after FILE, with what `pulumi stack export` says",
        );
    }
    const { after: resources } = await readSources(after, source);
    const key = serverFor(accessOf(resources), target.host, server);
    const sessions = new Sessions((database) => connect(target, database));
    try {
        return compareCatalog(resources, key, await readCatalog(sessions.ask, target.database)).result;
    } finally {
        await sessions.end();
    }
}

/** The server that a host leads to, by the endpoints among the resources; the only one there is; or the one that is named. */
export function serverFor({ servers }: AccessModel, host: string, named: string | undefined): string {
    const keys = servers.map(({ server }) => server.key);
    const [only, ...others] = keys;
    const byHost = servers.find(({ server: { key, resource } }) => {
        const endpoints =
            resource === undefined
                ? []
                : ["endpoint", "readerEndpoint", "address"].map((name) => property(resource, name));
        return (
            key === host ||
            endpoints.some((endpoint) => typeof endpoint === "string" && endpoint.replace(/:\d+$/, "") === host)
        );
    });
    const found = named ?? byHost?.server.key ?? (others.length === 0 ? only : undefined);
    if (found === undefined || !keys.includes(found)) {
        const wrong =
            named === undefined
                ? `no server among the resources has the host ${host}`
                : `there is no server ${JSON.stringify(named)} among the resources`;
        throw new UserError(`${wrong}; there are ${keys.join(", ") || "none"}; name one with --server`);
    }
    return found;
}
