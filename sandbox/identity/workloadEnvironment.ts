import { join } from "node:path";

import { Store } from "../cloud/store";
import type { Postgres } from "../postgres/cluster";
import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { FOREIGN } from "../../toolkit/system/foreignVariables";
import { clockOf, type Pace } from "./clock";
import { PATHS } from "./endpoints";
import { findWorkload } from "./find";
import { resolveNames } from "./nameResolution";
import type { HostAddress, NameResolution } from "./nameResolution";
import { targetOf } from "./target";
import type { Target, Wish } from "./target";
import { roleOf, surround } from "./workload";
import { parameter, sql } from "../../toolkit/sql";

/** The parts of the sandbox's server that a workload's environment refers to. */
export interface SandboxServer {
    readonly identityUrl: string;
    readonly pace?: Pace;
    readonly caFile: string;
    postgresFor(resourceId: string): Promise<Pick<Postgres, "guardedAdmin">>;
}

/** A workload's environment, in which a program can run. */
export interface WorkloadEnvironment {
    /** The whole environment of the program. */
    readonly environment: NodeJS.ProcessEnv;
    /** Undefined if the role cannot connect to any database. */
    readonly target: Target | undefined;
    /** How programs in it resolve the databases' names. */
    readonly names: NameResolution;
    /** Removes the workload's files and stops its credential services. */
    readonly close: () => Promise<void>;
}

/** The workload, and optionally the database. */
export interface Choice extends Wish {
    readonly name: string;
    /** The EKS cluster of a service account, if there are several. */
    readonly cluster?: string | undefined;
}

/** Variables that configure the sandbox's own command, not the program that it runs. */
const OURS = /^(KEYLESS_|npm_)/;

/** Creates the environment of a workload. @throws UserError that lists the choices, or why AWS would not start it */
export async function openPlace(
    server: SandboxServer,
    choice: Choice,
    inherited: NodeJS.ProcessEnv,
): Promise<WorkloadEnvironment> {
    const { identityUrl, pace } = server;
    const world = { store: new Store(), clock: clockOf(pace) };
    const workload = findWorkload(world, choice.name, choice.cluster);
    const target = await inItsDatabase(server, targetOf(world.store, roleOf(world, workload), choice), choice);
    const region = target?.endpoint.region ?? (workload.kind === "pod" ? workload.account.cluster.region : "us-east-1");
    const places = await placesOf(identityUrl);
    const { environment, close } = await surround(world, workload, { identityUrl, region, speed: pace?.speed ?? 1 });
    const names = await resolveNames(places, target?.endpoint.host);
    const kept = Object.entries(inherited).filter(([name]) => !FOREIGN.test(name) && !OURS.test(name));
    return {
        environment: {
            ...Object.fromEntries(kept),
            ...commonVariables(server, region, target, places),
            ...names.environment,
            ...environment,
        },
        target,
        names,
        close: async () => {
            names.close();
            await close();
        },
    };
}

/** The database that the server was created with; if the login cannot connect to it, the first one that it can. */
async function inItsDatabase(
    server: SandboxServer,
    target: Target | undefined,
    { database }: Wish,
): Promise<Target | undefined> {
    if (target === undefined || database !== undefined) {
        return target;
    }
    const admin = await (await server.postgresFor(target.endpoint.spec.resourceId)).guardedAdmin("postgres");
    try {
        const { rows } = await admin.query<{ datname: string }>(sql`
            SELECT d.datname FROM pg_database d JOIN pg_roles r ON r.rolname = ${parameter(target.user)}
            WHERE d.datallowconn AND NOT d.datistemplate AND has_database_privilege(r.oid, d.oid, 'CONNECT')
            ORDER BY d.datname = ${parameter(target.database)} DESC, d.datname = 'postgres', d.datname LIMIT 1`);
        return { ...target, database: rows[0]?.datname ?? target.database };
    } finally {
        await admin.end();
    }
}

/** The environment of every workload: the region, STS, the database's libpq variables, and the addresses for Node.js. */
function commonVariables(
    server: SandboxServer,
    region: string,
    target: Target | undefined,
    places: readonly HostAddress[],
): NodeJS.ProcessEnv {
    const names = Object.fromEntries(places.map(({ host, address }) => [host, address]));
    const preload = `--require ${JSON.stringify(join(projectDir, "sandbox", "identity", "child.cjs"))}`;
    return {
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
        AWS_ENDPOINT_URL_STS: server.identityUrl + PATHS.sts,
        AWS_EC2_METADATA_DISABLED: "true",
        // Drops the developer's own credentials and settings.
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ...(target === undefined ? {} : databaseVariables(server, target)),
        KEYLESS_NAMES: JSON.stringify(names),
        ...(server.pace === undefined ? {} : { KEYLESS_PACE: JSON.stringify(server.pace) }),
        NODE_OPTIONS: [process.env["NODE_OPTIONS"], preload].filter(Boolean).join(" "),
    };
}

function databaseVariables({ caFile }: SandboxServer, { endpoint, user, database }: Target): NodeJS.ProcessEnv {
    return {
        PGHOST: endpoint.host,
        PGPORT: String(endpoint.port),
        PGDATABASE: database,
        PGUSER: user,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: caFile,
    };
}

/** The sandbox's addresses for its databases, by real host name. @throws UserError */
export async function placesOf(identityUrl: string): Promise<HostAddress[]> {
    const answer = await fetch(identityUrl + PATHS.names);
    if (!answer.ok) {
        throw new UserError(await answer.text());
    }
    return (await answer.json()) as HostAddress[];
}
