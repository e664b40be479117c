import { once } from "node:events";

import { findServer, startServer } from "../sandbox/server";
import { interrupt } from "./interrupt";
import { readOptions } from "./options";

const USAGE = `usage: keyless serve

Runs the sandbox's databases, STS and the other identity services until interrupted, so
that other programs can use them.`;

export async function serve(args: string[]): Promise<number> {
    if (readOptions(args, USAGE, {}) === undefined) {
        return 0;
    }
    const running = findServer();
    if (running !== undefined) {
        console.log(`process ${running.pid} serves already: ${running.socksUrl}`);
        return 0;
    }
    const server = await startServer();
    try {
        console.log(`the databases' host names can be reached through ${server.socksUrl}`);
        console.log(`the identity services (/sts, /pod-identity, /ecs, /oidc) are at ${server.identityUrl}`);
        if (!interrupt.aborted) {
            await once(interrupt, "abort");
        }
    } finally {
        await server.stop();
    }
    return 0;
}
