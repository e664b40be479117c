import { databaseOf, databaseTypes } from "../database";
import { envHolders, keyed, podTypes } from "../containers";
import type { Entry } from "../containers";
import { isUnknown } from "../plain";
import type { Resource } from "../resource";
import type { Finding, Rule } from "../rule";

const roleTypes: Readonly<Record<string, { readonly passwords: readonly string[]; readonly instead: string }>> = {
    "postgresql:index/role:Role": { passwords: ["password", "passwordWo"], instead: "make the role a member of rds_iam" },
    "mysql:index/user:User": { passwords: ["password", "plaintextPassword"], instead: "set authPlugin to AWSAuthenticationPlugin" },
};

const stores: Readonly<Record<string, readonly string[]>> = {
    "kubernetes:core/v1:Secret": ["stringData", "data"],
    "kubernetes:core/v1:ConfigMap": ["data"],
};

/** Nobody logs in to a database with a password, so none is made, kept or handed to a container. */
export const forbidPasswords: Rule = {
    name: "database-password",
    description: "No database password is set, stored or handed to a container",
    severity: "high",
    remediation: "Let the login be a member of rds_iam, and for the master user set manageMasterUserPassword.",
    parameters: {},
    types: new Set([...databaseTypes, ...Object.keys(roleTypes), ...Object.keys(stores), ...podTypes]),
    judge: (resource) => [...ofDatabase(resource), ...ofRole(resource), ...ofStore(resource), ...ofContainers(resource)],
};

function ofDatabase(resource: Resource): Finding[] {
    return (databaseOf(resource)?.passwords ?? [])
        .filter(({ value }) => isGiven(value))
        .map(({ argument }) => ({
            fault: `${argument} sets the master user's password, which then stands in the state and in whatever made it`,
            fix: `set manageMasterUserPassword to true in place of ${argument}`,
        }));
}

function ofRole({ type, props }: Resource): Finding[] {
    const { passwords, instead } = roleTypes[type] ?? { passwords: [], instead: "" };
    return passwords
        .filter((argument) => isGiven(props[argument]))
        .map((argument) => ({ fault: `${argument} gives a database role a password`, fix: `take ${argument} out and ${instead}` }));
}

function ofStore({ type, props }: Resource): Finding[] {
    return (stores[type] ?? []).flatMap((argument) => {
        const entries = keyed(props[argument], argument === "data" && type.endsWith("Secret"));
        return entries.filter((entry) => isPassword(entry, entries)).map(({ key }) => ({
            fault: `${argument}.${key} holds a database password`,
            fix: `take ${key} out and let the workload sign in with its IAM role`,
        }));
    });
}

function ofContainers(resource: Resource): Finding[] {
    return envHolders(resource).flatMap(({ container, entries }) =>
        entries.filter((entry) => isPassword(entry, entries)).map(({ key }) => ({
            fault: `container ${container} gets a database password in ${key}`,
            fix: `take ${key} out and let the container sign in with its IAM role`,
        })),
    );
}

/** A name that says database and password. */
const databasePassword = /(^|[^a-z])(pg|postgres|postgresql|psql|db|database|rds|aurora|mysql|mariadb|jdbc|sql|datasource)[^a-z]*([a-z]+[^a-z]+)*(pass|passwd|password|pwd)([^a-z]|$)/i;
/** Postgres' own name for it, and others that run the words together. */
const runTogether = /^(pgpass|pgpassword|dbpass|dbpasswd|dbpassword|dbpwd|databasepassword|postgrespassword|rdspassword)$/;
/** A name that says password and no more: whose, its neighbours tell. */
const barePassword = /^((app|user|master|login|admin)[^a-z]*)?(pass|passwd|password|pwd)$/i;
/** Keys beside a password that make it a database's. */
const companion = /^((pg|db|database|postgres)?[^a-z]*(host|endpoint|port|dbname|database|jdbc.*url)|dbinstanceidentifier|engine)$/i;
/** A database's address with a password in it. */
const address = /\b(postgres(ql)?|mysql|mariadb|jdbc:[a-z]+)(\+[a-z0-9]+)?:\/\/[^\s/:@]*:[^\s@/]+@|\b(postgres(ql)?|jdbc:[a-z]+):\/\/\S*[?&;]password=[^\s&;]+/i;

function isPassword({ key, value }: Entry, beside: readonly Entry[]): boolean {
    if (typeof value === "string" && !isUnknown(value) && address.test(value)) {
        return true;
    }
    // An empty text is no password, and a path names a file.
    if (value === "" || /_?file$/i.test(key)) {
        return false;
    }
    const words = key.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
    const flat = key.toLowerCase().replace(/[^a-z]/g, "");
    return databasePassword.test(words) || runTogether.test(flat) || (barePassword.test(words) && beside.some((other) => companion.test(other.key)));
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== "";
}
