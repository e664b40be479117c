import { join } from "node:path";
import type { RecordOptions } from "./mocks";

/** Makes the config of a stack of so many tenants. */
type Stack = (tenants: number) => Readonly<Record<string, string>>;

const account = "111122223333";
const image = (name: string) => `${account}.dkr.ecr.eu-central-1.amazonaws.com/${name}:1.4.2`;
const nameOf = (index: number) => `shop${String(index).padStart(5, "0")}`;

/** Names of so many tenants, in the order of their numbers. */
export function namesOf(tenants: number): readonly string[] {
    return Array.from({ length: tenants }, (_, index) => nameOf(index));
}

/** Tenants alone: services in Kubernetes, with identities of both kinds. */
const plain: Stack = (count) => configOf({ tenants: tenants(count) });

/** Whatever a config can ask for each tenant, and a profile for all of them. */
const everything: Stack = (count) => ({
    ...configOf({
        networkPolicy: true,
        databases: [{ name: "reports", protect: false }],
        tenants: tenants(count).map((tenant, index) => ({
            ...tenant,
            image: image("shop"),
            limits: { statementSeconds: 30 },
            searchPath: [tenant.name, "public"],
            ...(index % 10 === 0 && { database: "reports" }),
            ...(index % 10 === 1 && { model: "owner" }),
        })),
        profiles: [
            {
                name: "support",
                grants: [{ tenant: "*", privileges: ["SELECT"] }],
                holders: [
                    { user: "sue", iamRole: `arn:aws:iam::${account}:role/sue` },
                    { breakGlass: true },
                    { tenant: nameOf(1) },
                ],
            },
            { name: "as_owner", actsAs: nameOf(3), holders: [] },
        ],
        people: [{ user: "ann", assumedBy: [`arn:aws:iam::${account}:user/ann`], profiles: ["support"] }],
        connectionTest: { image: image("connection-test") },
    }),
    "keyless:permissionsBoundary": `arn:aws:iam::${account}:policy/boundary`,
    "keyless:tags": JSON.stringify({ owner: "data" }),
});

/** A profile for each tenant's data, held by its neighbour, by a role, by a person; one that names them all. */
const profiles: Stack = (count) =>
    configOf({
        tenants: tenants(count).map((tenant) => ({ ...tenant, searchPath: [tenant.name, "public"] })),
        profiles: [
            ...tenants(count).map(({ name }, index) => ({
                name: `${name}_readers`,
                grants: [{ tenant: name, privileges: ["SELECT"] }],
                holders: [
                    { tenant: nameOf((index + 1) % count) },
                    { user: `${name}_sue`, iamRole: `arn:aws:iam::${account}:role/${name}` },
                ],
            })),
            { name: "all", grants: tenants(count).map(({ name }) => ({ tenant: name, privileges: ["SELECT"] })) },
        ],
        people: tenants(count).map(({ name }) => ({
            user: `${name}_ann`,
            assumedBy: [`arn:aws:iam::${account}:user/ann`],
            profiles: [`${name}_readers`],
        })),
    });

export const tenantStacks = { plain, everything, profiles };
export type TenantStack = keyof typeof tenantStacks;

/** A run of such a stack: the first preview, or an update after an earlier one. */
export function runOf(stack: TenantStack, count: number, preview = false): RecordOptions {
    const outputs = preview ? {} : lastOutputs(count);
    return { config: tenantStacks[stack](count), preview, stacks: { "organization/keyless/test": outputs } };
}

/** The outputs of the stack's last run that the program compares its config with. */
function lastOutputs(count: number): Record<string, unknown> {
    return {
        clusterArn: `arn:aws:rds:eu-central-1:${account}:cluster:keyless-database`,
        kubernetesArn: `arn:aws:eks:eu-central-1:${account}:cluster/keyless-cluster`,
        masterSecretArn: `arn:aws:secretsmanager:eu-central-1:${account}:secret:keyless-database`,
        database: "app",
        engine: "postgres",
        tenants: tenants(count).map(({ name }) => ({ name })),
    };
}

function tenants(count: number) {
    return Array.from({ length: count }, (_, index) => ({
        name: nameOf(index),
        identity: index % 2 === 0 ? "irsa" : "podIdentity",
    }));
}

function configOf(access: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
    const platform = {
        network: { endpoints: true },
        cluster: { version: "1.33" },
        database: { engineVersion: "16.6" },
    };
    return {
        "keyless:caBundle": join(__dirname, "root.pem"),
        "keyless:platform": JSON.stringify(platform),
        "keyless:access": JSON.stringify(access),
    };
}
