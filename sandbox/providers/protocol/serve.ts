import { fstatSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { cancelStatements } from "../../../toolkit/cancel";
import { print } from "../../../toolkit/terminal";
import { service } from "./service";
import type { StandIn } from "./types";

/** The engine's own limit for one message, in bytes (pulumi/pulumi, sdk/go/common/util/rpcutil). */
const maxMessage = 400 * 1024 * 1024;

/**
 * Makes this process a provider plugin: serves the stand-in on a free loopback port and prints that port for the
 * engine. Exits when the engine interrupts it or exits itself, so that a killed engine leaves no process.
 */
export function serve(standIn: StandIn): void {
    void listen(standIn, cancelStatements).then(({ port }) => print(String(port)));
    const end = (): void => process.exit(0);
    process.on("SIGINT", end);
    process.on("SIGTERM", end);
    // The engine holds the other end of our standard input's pipe for as long as it lives.
    const input = fstatSync(0);
    if (input.isFIFO() || input.isSocket()) {
        process.stdin.on("end", end).on("error", end).resume();
    }
}

/** A stand-in that waits for an engine. */
export interface Listening {
    readonly port: number;
    readonly close: () => void;
}

/**
 * Serves the stand-in on a free loopback port of this process, for one instance of a provider.
 *
 * @param onCancel what happens when the engine cancels its operations; nothing in a process with several instances
 */
export async function listen(standIn: StandIn, onCancel: () => void = () => undefined): Promise<Listening> {
    const server = new Server({ "grpc.max_receive_message_length": maxMessage });
    server.addService(ResourceProviderService, service(standIn, onCancel));
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
            error === null ? resolve(bound) : reject(error),
        );
    });
    return { port, close: () => server.forceShutdown() };
}
