import { testConnections } from "../../cli/sandbox/connectionTests";
import { stackDrift } from "../../cli/sandbox/drift";
import { expectedAccess } from "../../cli/sandbox/expectedAccess";
import { verifyStack } from "../../cli/sandbox/stacks";
import type { Settings } from "../../config/settings";
import { prove } from "../../sandbox/proof";
import type { RunLog } from "../../sandbox/run/events";
import type { Server } from "../../sandbox/server";

/** What a deployed stack's logins can really do, and each deviation from what they should. */
export interface AccessProof {
    /** The services' logins, each of which attempted every access as itself. */
    readonly logins: readonly string[];
    readonly attempted: number;
    readonly allowed: number;
    /** The logins that a connection test reached the database as, with its pod's credentials. */
    readonly connected: readonly string[];
    /**
     * Rights that are there and should not be, or the reverse; differences between the computed access, the catalogs and
     * real attempts; drift; failed connection tests.
     */
    readonly faults: readonly unknown[];
}

/** Proves the access of a stack in the sandbox as `npm start` does. */
export async function accessProof(
    server: Server,
    stack: string,
    settings: Settings,
    { outputs }: RunLog,
): Promise<AccessProof> {
    const postgres = await server.postgresFor(String(outputs["clusterResourceId"]));
    const [access] = expectedAccess(settings, String(outputs["database"]));
    const { logins, attempted, allowed, leaks, missing, undecided } = await prove(
        postgres,
        access ?? { database: "", tenants: [] },
    );
    const computed = await verifyStack(server, stack);
    const { findings } = await stackDrift({ server, settings }, stack, false);
    const tested = await testConnections(server, String(outputs["kubernetesArn"]));
    return {
        logins: [...logins].sort(),
        attempted,
        allowed,
        connected: tested.map(({ verdict: { user = "none" } }) => user).sort(),
        faults: [
            ...[...leaks, ...missing, ...undecided],
            ...[...computed.differences, ...computed.undecided],
            ...findings,
            ...(logins.length > 0 && computed.attempts === 0 ? ["the computed access was not tried"] : []),
            ...tested.filter(({ verdict }) => !verdict.ok),
        ],
    };
}

/** The proof of access that is as it should be: each login has four rights, on its own data, and nothing else. */
export function proven(logins: readonly string[], { connected = logins } = {}): AccessProof {
    const { length } = logins;
    // Six rights on each tenant's data, every other tenant's two roles and its own owner, and a database.
    const attempted = length * (6 * length + 2 * length - 1 + 1);
    return { logins, attempted, allowed: 4 * length, connected, faults: [] };
}
