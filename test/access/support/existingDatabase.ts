import { resourcesOf, urn } from "./resources";

const PROVIDER = "pulumi:providers:postgresql";
const ROLE = "postgresql:index/role:Role";

/** A stack with one login and one schema in the database `app`, which exists and whose master is `boss`. */
export const ON_EXISTING_DATABASE = resourcesOf([
    {
        type: "pulumi:index:Stash",
        name: "db",
        inputs: {
            input: {
                existingDatabase: {
                    kind: "cluster",
                    identifier: "db",
                    endpoint: "db.example",
                    port: 5432,
                    engine: "aurora-postgresql",
                    engineVersion: "16.4",
                    iam: true,
                    masterUsername: "boss",
                    database: "app",
                    resourceId: "cluster-ABC",
                },
            },
        },
    },
    {
        type: PROVIDER,
        name: "database",
        inputs: {
            host: "db.example",
            port: "5432",
            database: "app",
            username: "keyless_provisioner",
            awsRdsIamAuth: "true",
        },
    },
    ...[
        { type: ROLE, name: "api", inputs: { name: "api", login: true, roles: ["rds_iam"] } },
        { type: ROLE, name: "owner", inputs: { name: "our_owner" } },
        {
            type: "postgresql:index/schema:Schema",
            name: "ours",
            inputs: { name: "ours", database: "app", owner: "our_owner" },
        },
    ].map((sketch) => ({ ...sketch, provider: urn(PROVIDER, "database") })),
]);
