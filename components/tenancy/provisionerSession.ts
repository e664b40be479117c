import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { dial } from "../../toolkit/dial";
import { openGuardedSession } from "../../toolkit/guardedSession";
import type { Session } from "../../toolkit/session";
import { provisioner, type DatabaseProviderArgs } from "./databaseProvider";

/** Opens a session as the provisioner in one of the server's databases. The caller ends it. */
export type OpenSession = (database: string) => Promise<Session>;

/** In seconds. */
const connectTimeout = 15;

/** Shorter than in other sessions, in milliseconds: the engine waits for a hook with everything that comes after it. */
export const hookLimits = { lock_timeout: 5_000, statement_timeout: 60_000 } as const;

/**
 * What resource hooks reach the server with, beside the provider and in the same way as it does: with an IAM token, over
 * TLS that is verified in full, and through the SOCKS proxy in `ALL_PROXY`.
 */
export function provisionerSessions(args: Omit<DatabaseProviderArgs, "database" | "engineVersion">): OpenSession {
    const { host, port, region, role, caBundle } = args;
    // Hooks run outside the program, where an output can no longer be awaited.
    const known = new Promise<Server>((resolve) =>
        pulumi.all([host, port, region]).apply(([host, port, region]) => resolve({ host, port, region })),
    );
    return async (database) => {
        const server = await known;
        const password = await token(server, role);
        const config = {
            host: server.host,
            port: server.port,
            user: provisioner,
            password,
            database,
            ssl: { ca: readFileSync(caBundle, "utf8"), servername: server.host },
            reach: () => dial({ host: server.host, port: server.port, connectTimeout }, process.env),
            connectionTimeoutMillis: connectTimeout * 1000,
            application_name: "keyless",
        };
        return openGuardedSession(config, hookLimits);
    };
}

interface Server {
    readonly host: string;
    readonly port: number;
    readonly region: string;
}

/** Good for 15 minutes: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.html */
async function token({ host, port, region }: Server, role: string | undefined): Promise<string> {
    // The SDK takes a quarter of a second to load; only a run with a hook to execute pays for it.
    const { Signer } = await import("@aws-sdk/rds-signer");
    const assumed = role === undefined ? {} : { credentials: await credentialsOf(role, region) };
    return new Signer({ hostname: host, port, username: provisioner, region, ...assumed }).getAuthToken();
}

async function credentialsOf(RoleArn: string, region: string) {
    const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
    return fromTemporaryCredentials({ params: { RoleArn, RoleSessionName: "keyless" }, clientConfig: { region } });
}
