import { DatabaseError } from "pg";
import type { Client, ClientConfig } from "pg";

import { stopClusters } from "../../sandbox/postgres/cluster";
import type { ClusterSpec, Postgres } from "../../sandbox/postgres/cluster";
import { byCertificate } from "../../sandbox/postgres/session";
import type { Access, Tenant } from "../../sandbox/proof";
import { openClient, superuserOf } from "../support/client";
import { withEmptyState } from "../support/ownState";
import { identifier } from "../../toolkit/sql";

export const HOST = "keyless.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";

const sessions: Client[] = [];

/**
 * Gives the suite a separate state folder, and removes it with all its servers, after ending the sessions opened here.
 */
export function withOwnState(): void {
    after(async () => {
        await Promise.all(sessions.splice(0).map((session) => session.end()));
        await stopClusters();
    });
    withEmptyState();
}

export function specFor(major: number): ClusterSpec {
    return { resourceId: `cluster-TEST${major}`, major, masterUsername: "postgres", database: "app", hosts: [HOST] };
}

/** Connects past the gateway, with the certificate that stands for a token. */
export async function connectAs(postgres: Postgres, user: string, database = "app"): Promise<Client> {
    return keep(await openClient({ ...(await byCertificate(postgres, user)), database }));
}

/** Connects past the gateway with a password. */
export async function connectWith(
    postgres: Postgres,
    user: string,
    password: string,
    database = "app",
): Promise<Client> {
    return connect(postgres, { user, password, database, ssl: { ca: postgres.authority } });
}

export async function connectAsMaster(postgres: Postgres, database = "app"): Promise<Client> {
    return connectWith(postgres, postgres.master.username, postgres.master.password, database);
}

/** A session of the superuser. */
export async function connectAsAdmin(postgres: Postgres, database = "app"): Promise<Client> {
    return keep(await superuserOf(postgres, database));
}

function keep(session: Client): Client {
    sessions.push(session);
    return session;
}

/** The SQLSTATE and message of a refused connection; "none" if it is accepted. */
export async function refusal(attempt: () => Promise<Client>): Promise<string> {
    try {
        await (await attempt()).end();
        return "none";
    } catch (error) {
        return error instanceof DatabaseError ? `${error.code} ${error.message}` : String(error);
    }
}

export async function connect(postgres: Postgres, config: ClientConfig): Promise<Client> {
    return keep(await openClient({ host: postgres.host, port: postgres.port, ...config }));
}

export function tenantsNamed(...names: readonly string[]): Access {
    const tenants = names.map((name): Tenant => ({ name, schema: name, owner: `${name}_owner`, login: `${name}_app` }));
    return { database: "app", tenants };
}

/** Creates tenants in the split model as the provisioner does. */
export async function makeTenants(postgres: Postgres, { tenants }: Access): Promise<void> {
    const provisioner = await connectAs(postgres, "keyless_provisioner");
    try {
        for (const tenant of tenants) {
            const [schema, owner, login] = [tenant.schema, tenant.owner, tenant.login ?? ""].map((name) =>
                identifier(name),
            );
            await provisioner.query(
                [
                    `CREATE ROLE ${owner}`,
                    `GRANT ${owner} TO CURRENT_USER`,
                    `CREATE SCHEMA ${schema} AUTHORIZATION ${owner}`,
                    `CREATE ROLE ${login} LOGIN IN ROLE rds_iam`,
                    `GRANT USAGE ON SCHEMA ${schema} TO ${login}`,
                    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${login}`,
                    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO ${login}`,
                ].join(";"),
            );
        }
    } finally {
        await provisioner.end();
    }
}
