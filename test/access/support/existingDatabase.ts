import { resourcesOf, urn, type Sketch } from "./resources";

const PROVIDER = "pulumi:providers:postgresql";
const ROLE = "postgresql:index/role:Role";

const ACCESS = "keyless:access:Access";

const SKETCHES: readonly Sketch[] = [
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
];

/** A stack with one login and one schema in the database `app`, which exists and whose master is `boss`. */
export const ON_EXISTING_DATABASE = resourcesOf(SKETCHES);

/**
 * The same, and a profile that takes over the group `readers` with its member `report` and SELECT on others' table `public.countries`.
 *
 * @param holders what else belongs to the group, as the profile says
 */
export function takingOver(...holders: readonly "api"[]) {
    const parent = urn(ACCESS, "keyless");
    const place = { database: "app", schema: "public", owner: "boss", on: "tables", objects: ["countries"] };
    const rights = [{ ...place, privileges: ["SELECT"] }];
    const input = { group: "readers", existed: true, held: holders.length > 0, members: ["report"], rights };
    return resourcesOf([
        { type: ACCESS, name: "keyless", custom: false },
        ...SKETCHES.map(({ inputs = {}, ...sketch }) => ({
            ...sketch,
            inputs: sketch.name === "api" ? { ...inputs, roles: ["rds_iam", ...holders.map(() => "readers")] } : inputs,
            ...(sketch.type === ROLE && { parent }),
        })),
        { type: "pulumi:index:Stash", name: "readers", parent, inputs: { input } },
    ]);
}
