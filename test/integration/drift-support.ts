import type { Client } from "pg";

import type { Resource } from "../../access";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { resourcesOf, urn } from "../access/support/resources";
import { connectAs, connectAsAdmin } from "./postgres-support";

const ROLE = "postgresql:index/role:Role";
const GRANT = "postgresql:index/grant:Grant";
const PROVIDER = "pulumi:providers:postgresql";
const DEFAULTS = "postgresql:index/defaultPrivileges:DefaultPrivileges";

/** Two tenants of the split model and a profile that reads some columns, as their resources declare them. */
const SKETCHES = [
    { type: ROLE, name: "connect", inputs: { name: "app_connect" } },
    { type: ROLE, name: "clerks", inputs: { name: "clerks" } },
    grant("connect", { role: "app_connect", objectType: "database", privileges: ["CONNECT"] }),
    grant("public", { role: "public", objectType: "database", privileges: [] }),
    grant("schema", { role: "public", schema: "public", objectType: "schema", privileges: [] }),
    grant("clerks", {
        role: "clerks",
        schema: "shop",
        objectType: "column",
        objects: ["orders"],
        columns: ["id"],
        privileges: ["SELECT"],
    }),
    ...["shop", "crm"].flatMap(tenant),
];

function grant(name: string, inputs: object) {
    return { type: GRANT, name, inputs: { database: "app", ...inputs } };
}

function tenant(name: string) {
    const [owner, login] = [`${name}_owner`, `${name}_app`];
    const defaults = (kind: string, inputs: object) => ({
        type: DEFAULTS,
        name: `${name}-${kind}`,
        inputs: { database: "app", owner, objectType: kind, ...inputs },
    });
    const usage = [login, ...(name === "shop" ? ["clerks"] : [])].map((role) => ({ role, usage: true }));
    return [
        { type: ROLE, name: owner, inputs: { name: owner } },
        {
            type: ROLE,
            name: login,
            inputs: {
                name: login,
                login: true,
                roles: ["rds_iam", "app_connect"],
                searchPaths: [name, "public"],
                connectionLimit: 9,
                statementTimeout: 5000,
            },
        },
        { type: "postgresql:index/schema:Schema", name, inputs: { name, database: "app", owner, policies: usage } },
        defaults("function", { role: "public", privileges: [] }),
        defaults("table", { role: login, schema: name, privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] }),
        defaults("sequence", { role: login, schema: name, privileges: ["SELECT", "USAGE"] }),
    ];
}

const made = (
    name: string,
) => `CREATE ROLE ${name}_owner; CREATE ROLE ${name}_app LOGIN CONNECTION LIMIT 9; GRANT rds_iam, app_connect TO ${name}_app;
    ALTER ROLE ${name}_app SET search_path TO ${name}, public; ALTER ROLE ${name}_app SET statement_timeout TO 5000; GRANT ${name}_owner TO CURRENT_USER;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner REVOKE ALL ON FUNCTIONS FROM PUBLIC; CREATE SCHEMA ${name} AUTHORIZATION ${name}_owner;
    GRANT USAGE ON SCHEMA ${name} TO ${name}_app;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner IN SCHEMA ${name} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${name}_app;
    ALTER DEFAULT PRIVILEGES FOR ROLE ${name}_owner IN SCHEMA ${name} GRANT SELECT, USAGE ON SEQUENCES TO ${name}_app;
    SET ROLE ${name}_owner; CREATE TABLE ${name}.orders (id bigserial, total int); CREATE FUNCTION ${name}.total(a int) RETURNS int RETURN a; RESET ROLE;
    REVOKE ${name}_owner FROM CURRENT_USER;`;

/** A server with the two tenants and the profile, as declared, for a suite with its own state folder. */
export async function openTenantServer(
    major: number,
): Promise<{ readonly postgres: Postgres; readonly admin: Client; readonly resources: readonly Resource[] }> {
    const postgres = await openCluster({
        resourceId: `cluster-AUDIT${major}`,
        major,
        masterUsername: "master",
        database: "app",
        hosts: ["localhost"],
    });
    const admin = await connectAsAdmin(postgres);
    const provisioner = await connectAs(postgres, "keyless_provisioner");
    await provisioner.query(`CREATE ROLE app_connect; CREATE ROLE clerks; GRANT CONNECT ON DATABASE app TO app_connect; REVOKE ALL ON DATABASE app FROM PUBLIC;
        REVOKE ALL ON SCHEMA public FROM PUBLIC; ${made("shop")} ${made("crm")} GRANT shop_owner TO CURRENT_USER; GRANT USAGE ON SCHEMA shop TO clerks;
        GRANT SELECT (id) ON shop.orders TO clerks; REVOKE shop_owner FROM CURRENT_USER`);
    const cluster = {
        engine: "aurora-postgresql",
        engineVersion: `${major}.1`,
        databaseName: "app",
        masterUsername: "master",
        iamDatabaseAuthenticationEnabled: true,
    };
    const connection = {
        host: "db.example",
        port: "5432",
        database: "app",
        username: "keyless_provisioner",
        awsRdsIamAuth: "true",
    };
    const resources = resourcesOf([
        {
            type: "aws:rds/cluster:Cluster",
            name: "db",
            inputs: cluster,
            outputs: { ...cluster, endpoint: "db.example", port: 5432 },
        },
        { type: PROVIDER, name: "database", inputs: connection, outputs: connection },
        ...SKETCHES.map((sketch) => ({ ...sketch, provider: urn(PROVIDER, "database") })),
    ]);
    return { postgres, admin, resources };
}
