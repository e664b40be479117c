import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { dial } from "../../toolkit/dial";
import { openGuardedSession } from "../../toolkit/guardedSession";
import { PROVISIONER } from "../../toolkit/serverNames";
import type { Session } from "../../toolkit/session";
import type { DatabaseProviderArgs } from "./databaseProvider";

/** Opens a session as the provisioner in one of the server's databases. The caller ends it. */
export type OpenSession = (database: string) => Promise<Session>;

/** In seconds. */
const connectTimeout = 15;

/**
 * In milliseconds. Shorter than in other sessions: while a hook runs, the engine blocks everything that depends on it.
 */
export const hookLimits = { lock_timeout: 5_000, statement_timeout: 60_000 } as const;

/**
 * How resource hooks connect to the server. They connect as the provider does: with an IAM token, over TLS with full
 * verification, and through the SOCKS proxy in `ALL_PROXY`.
 */
export function provisionerSessions(args: Omit<DatabaseProviderArgs, "database" | "engineVersion">): OpenSession {
    const { host, port, region, role, profile, caBundle } = args;
    // Hooks run outside the program, where outputs cannot be awaited.
    const known = new Promise<ServerAddress>((resolve) =>
        pulumi.all([host, port, region]).apply(([host, port, region]) => resolve({ host, port, region })),
    );
    return async (database) => {
        const server = await known;
        const password = await token(server, role, profile);
        const config = {
            host: server.host,
            port: server.port,
            user: PROVISIONER,
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

interface ServerAddress {
    readonly host: string;
    readonly port: number;
    readonly region: string;
}

/**
 * Valid for 15 minutes:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
 */
async function token(
    { host, port, region }: ServerAddress,
    role: string | undefined,
    profile: string | undefined,
): Promise<string> {
    // Loading the SDK takes a quarter of a second; only a run that executes a hook pays for it.
    const { Signer } = await import("@aws-sdk/rds-signer");
    const credentials = await credentialsOf(role, profile, region);
    return new Signer({
        hostname: host,
        port,
        username: PROVISIONER,
        region,
        ...(credentials && { credentials }),
    }).getAuthToken();
}

/** Those of the profile, or of the role that they assume; none for the environment's own, which the signer finds. */
export async function credentialsOf(RoleArn: string | undefined, profile: string | undefined, region: string) {
    if (RoleArn === undefined && profile === undefined) {
        return undefined;
    }
    const { fromIni, fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
    const masterCredentials = profile === undefined ? undefined : fromIni({ profile });
    return RoleArn === undefined
        ? masterCredentials
        : fromTemporaryCredentials({
              params: { RoleArn, RoleSessionName: "keyless" },
              clientConfig: { region },
              ...(masterCredentials && { masterCredentials }),
          });
}
