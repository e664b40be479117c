import { join } from "node:path";

import { Store } from "../cloud/store";
import { projectDir } from "../paths";
import { UserError } from "../problem";
import { FOREIGN } from "../run/environment";
import type { Server } from "../server";
import { clockOf } from "./clock";
import { PATHS } from "./endpoints";
import { findWorkload } from "./find";
import { targetOf } from "./target";
import type { Target, Wish } from "./target";
import { roleOf, surround } from "./workload";
import { parameter, sql } from "../../toolkit/sql";

/** A workload, as a program can be run as it. */
export interface Place {
    /** The whole environment of the program. */
    readonly environment: NodeJS.ProcessEnv;
    /** Undefined where its role may connect to nothing. */
    readonly target: Target | undefined;
    /** Takes away the workload's files, and ends what it was served by. */
    readonly close: () => Promise<void>;
}

/** Which workload, and which of the databases. */
export interface Choice extends Wish {
    readonly name: string;
    /** The EKS cluster of a service account, where there are several. */
    readonly cluster?: string | undefined;
}

/** Variables that tell of the sandbox's own command, not of the program that it runs. */
const OURS = /^(KEYLESS_|npm_)/;

/** Makes the place of a workload. @throws UserError that tells what there is, or why AWS would not start it */
export async function openPlace(server: Server, choice: Choice, inherited: NodeJS.ProcessEnv): Promise<Place> {
    const { identityUrl, pace } = server;
    const world = { store: new Store(), clock: clockOf(pace) };
    const workload = findWorkload(world, choice.name, choice.cluster);
    const target = await inItsDatabase(server, targetOf(world.store, roleOf(world, workload), choice), choice);
    const region = target?.endpoint.region ?? (workload.kind === "pod" ? workload.account.cluster.region : "us-east-1");
    const common = await commonVariables(server, region, target);
    const { environment, close } = await surround(world, workload, { identityUrl, region, speed: pace?.speed ?? 1 });
    const kept = Object.entries(inherited).filter(([name]) => !FOREIGN.test(name) && !OURS.test(name));
    return { environment: { ...Object.fromEntries(kept), ...common, ...environment }, target, close };
}

/** A login's database is the one that its server was made with; where it may not connect to that, the first to which it may. */
async function inItsDatabase(server: Server, target: Target | undefined, { database }: Wish): Promise<Target | undefined> {
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

/** What every workload has: the region, STS, the database as libpq reads it, and the way to it. */
async function commonVariables(server: Server, region: string, target: Target | undefined): Promise<NodeJS.ProcessEnv> {
    const places = await placesOf(server.identityUrl);
    const names = Object.fromEntries(places.map(({ host, address }) => [host, address]));
    const preload = `--require ${JSON.stringify(join(projectDir, "sandbox", "identity", "child.cjs"))}`;
    return {
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
        AWS_ENDPOINT_URL_STS: server.identityUrl + PATHS.sts,
        AWS_EC2_METADATA_DISABLED: "true",
        // Nothing of the person who runs this.
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ...(target === undefined ? {} : databaseVariables(server, target, names)),
        KEYLESS_NAMES: JSON.stringify(names),
        ...(server.pace === undefined ? {} : { KEYLESS_PACE: JSON.stringify(server.pace) }),
        NODE_OPTIONS: [process.env["NODE_OPTIONS"], preload].filter(Boolean).join(" "),
    };
}

function databaseVariables({ caFile }: Server, { endpoint, user, database }: Target, names: Record<string, string>): NodeJS.ProcessEnv {
    return {
        PGHOST: endpoint.host,
        // libpq connects here, and checks the certificate against PGHOST.
        PGHOSTADDR: names[endpoint.host],
        PGPORT: String(endpoint.port),
        PGDATABASE: database,
        PGUSER: user,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: caFile,
    };
}

/** The addresses at which the sandbox answers for its databases, by their real names. @throws UserError */
export async function placesOf(identityUrl: string): Promise<{ host: string; address: string }[]> {
    const answer = await fetch(identityUrl + PATHS.names);
    if (!answer.ok) {
        throw new UserError(await answer.text());
    }
    return (await answer.json()) as { host: string; address: string }[];
}
