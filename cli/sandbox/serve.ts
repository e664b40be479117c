import { once } from "node:events";

import { findServer, startServer } from "../../sandbox/server";
import { UserError } from "../../toolkit/userError";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { interrupt } from "../command/interrupt";
import { readOptions } from "../command/options";
import { paceOf, readSpeed } from "./speed";

export const USAGE = shown`usage: keyless serve [OPTIONS]

Runs the sandbox's databases, STS and the other identity services until interrupted, so
that other programs can use them.

  --speed NUMBER    speed up the clock of the sandbox and of programs that keyless run starts: with 60, an hour's
                    expiries take a minute`;

export async function serve(args: string[]): Promise<number> {
    const options = readOptions(args, USAGE, { speed: { type: "string", default: "1" } });
    if (options === undefined) {
        return 0;
    }
    const speed = readSpeed(options.speed);
    const running = findServer();
    if (running !== undefined) {
        if (speed !== 1 && speed !== running.pace?.speed) {
            throw new UserError(
                `process ${running.pid} is already serving at speed ${running.pace?.speed ?? 1}; stop it, or remove --speed`,
            );
        }
        print(`process ${running.pid} is already serving: ${running.socksUrl}`);
        return 0;
    }
    const server = await startServer(paceOf(speed));
    try {
        print(`the databases' host names can be reached through ${server.socksUrl}`);
        print(`the identity services (/sts, /pod-identity, /ecs, /oidc) are at ${server.identityUrl}`);
        if (!interrupt.aborted) {
            await once(interrupt, "abort");
        }
    } finally {
        await server.stop();
    }
    return 0;
}
