import { accessOf, readCatalog } from "../../access";
import type { AccessModel, LiveResult } from "../../access";
import { property } from "../../access/resources/resource";
import { Sessions } from "../../toolkit/sessions";
import { UserError } from "../../toolkit/userError";
import { fromSandbox } from "../command/fromSandbox";
import { connect, targetOf } from "./connection";
import { compareCatalog } from "./compareCatalog";
import { readSources } from "./sources";
import type { SourceOptions } from "./sources";

interface Choice {
    readonly where: string;
    readonly after?: readonly string[] | undefined;
    readonly server?: string | undefined;
}

/**
 * Compares the access computed from resources with a server: one of the sandbox, or any reachable one, of which only the
 * catalogs are read.
 *
 * @throws UserError
 */
export async function live({ where, after, server }: Choice, source: SourceOptions): Promise<LiveResult> {
    if (where === "sandbox") {
        return fromSandbox().liveSandbox(source.stack);
    }
    const target = targetOf(where, process.env);
    if (after === undefined) {
        throw new UserError(
            "--live requires the resources that created the server: pass --after FILE with the output of `pulumi stack export`",
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

/** The named server, or the one whose endpoint is the host, or the only one. */
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
                : `no server among the resources is named ${JSON.stringify(named)}`;
        throw new UserError(`${wrong}; there are ${keys.join(", ") || "none"}; name one with --server`);
    }
    return found;
}
