import { Signer } from "@aws-sdk/rds-signer";

import { PROVISIONER } from "../../toolkit/serverNames";
import { sandboxCredentials } from "../../sandbox/identity/credentials";
import { placesOf } from "../../sandbox/identity/workloadEnvironment";
import { backendDir } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { type Server, startServer } from "../../sandbox/server";
import { regionOf } from "../../toolkit/arn";
import type { Outputs, Source } from "../exporting/source";
import { needStack } from "./stacks";

/** A stack's outputs in the sandbox's state. @throws UserError when the stack does not exist */
export function sandboxOutputs(stack: string): Record<string, unknown> {
    needStack(stack);
    const root = (readDeployment(backendDir(), stack)?.resources ?? []).find(
        ({ type }) => type === "pulumi:pulumi:Stack",
    );
    return { ...root?.outputs };
}

/** The source for a server of the sandbox, through its gateway like every client. */
export async function sandboxSource(
    { identityUrl, caFile }: Pick<Server, "identityUrl" | "caFile">,
    outputs: Readonly<Record<string, unknown>>,
): Promise<Source> {
    const { endpoint: host, port, clusterArn } = outputs as unknown as Outputs;
    const address = (await placesOf(identityUrl)).find((place) => place.host === host)?.address;
    const signer = new Signer({
        hostname: host,
        port,
        username: PROVISIONER,
        region: regionOf(clusterArn),
        credentials: sandboxCredentials(),
    });
    return { host, address, port, user: PROVISIONER, token: () => signer.getAuthToken(), caFile };
}

/** Does the work while the sandbox's server runs, with the source for it. */
export async function fromSandboxServer<T>(
    outputs: Readonly<Record<string, unknown>>,
    work: (source: Source) => Promise<T>,
): Promise<T> {
    const server = await startServer();
    try {
        return await work(await sandboxSource(server, outputs));
    } finally {
        await server.stop();
    }
}
