import { databaseOf, databaseTypes } from "../resources/database";
import { envHolders, keyed, podTypes } from "../resources/containers";
import type { Entry } from "../resources/containers";
import { isUnknown } from "../resources/unknownValues";
import type { Resource } from "../resources/resource";
import type { Finding, Rule } from "../resources/rule";

const roleTypes: Readonly<Record<string, { readonly passwords: readonly string[]; readonly instead: string }>> = {
    "postgresql:index/role:Role": {
        passwords: ["password", "passwordWo"],
        instead: "make the role a member of rds_iam",
    },
    "mysql:index/user:User": {
        passwords: ["password", "plaintextPassword"],
        instead: "set authPlugin to AWSAuthenticationPlugin",
    },
};

const stores: Readonly<Record<string, readonly string[]>> = {
    "kubernetes:core/v1:Secret": ["stringData", "data"],
    "kubernetes:core/v1:ConfigMap": ["data"],
};

/** Database logins use IAM, so no password may be set, stored or passed to a container. */
export const forbidPasswords: Rule = {
    name: "database-password",
    description: "Database passwords must not be set, stored or passed to a container",
    severity: "high",
    remediation: "Make the login a member of rds_iam, and set manageMasterUserPassword for the master user.",
    parameters: {},
    types: new Set([...databaseTypes, ...Object.keys(roleTypes), ...Object.keys(stores), ...podTypes]),
    judge: (resource) => [
        ...ofDatabase(resource),
        ...ofRole(resource),
        ...ofStore(resource),
        ...ofContainers(resource),
    ],
};

function ofDatabase(resource: Resource): Finding[] {
    return (databaseOf(resource)?.passwords ?? [])
        .filter(({ value }) => isGiven(value))
        .map(({ argument }) => ({
            fault: `${argument} sets the master user's password, which then appears in the state and in whatever supplied it`,
            fix: `set manageMasterUserPassword to true instead of ${argument}`,
        }));
}

function ofRole({ type, props }: Resource): Finding[] {
    const { passwords, instead } = roleTypes[type] ?? { passwords: [], instead: "" };
    return passwords
        .filter((argument) => isGiven(props[argument]))
        .map((argument) => ({
            fault: `${argument} sets a password for a database role`,
            fix: `remove ${argument} and ${instead}`,
        }));
}

function ofStore({ type, props }: Resource): Finding[] {
    return (stores[type] ?? []).flatMap((argument) => {
        const entries = keyed(props[argument], argument === "data" && type.endsWith("Secret"));
        return entries
            .filter((entry) => isPassword(entry, entries))
            .map(({ key }) => ({
                fault: `${argument}.${key} holds a database password`,
                fix: `remove ${key} and let the workload sign in with its IAM role`,
            }));
    });
}

function ofContainers(resource: Resource): Finding[] {
    return envHolders(resource).flatMap(({ container, entries }) =>
        entries
            .filter((entry) => isPassword(entry, entries))
            .map(({ key }) => ({
                fault: `container ${container} receives a database password in ${key}`,
                fix: `remove ${key} and let the container sign in with its IAM role`,
            })),
    );
}

/** Names that contain both a database term and a password term. */
const databasePassword =
    /(^|[^a-z])(pg|postgres|postgresql|psql|db|database|rds|aurora|mysql|mariadb|jdbc|sql|datasource)[^a-z]*([a-z]+[^a-z]+)*(pass|passwd|password|pwd)([^a-z]|$)/i;
/** PostgreSQL's own variable, and other names without a separator. */
const runTogether =
    /^(pgpass|pgpassword|dbpass|dbpasswd|dbpassword|dbpwd|databasepassword|postgrespassword|rdspassword)$/;
/** Names that only say password: the keys beside them show whether it is a database's. */
const barePassword = /^((app|user|master|login|admin)[^a-z]*)?(pass|passwd|password|pwd)$/i;
/** Keys that mark a password beside them as a database's. */
const companion =
    /^((pg|db|database|postgres)?[^a-z]*(host|endpoint|port|dbname|database|jdbc.*url)|dbinstanceidentifier|engine)$/i;
/** Connection strings that contain a password. */
const address =
    /\b(postgres(ql)?|mysql|mariadb|jdbc:[a-z]+)(\+[a-z0-9]+)?:\/\/[^\s/:@]*:[^\s@/]+@|\b(postgres(ql)?|jdbc:[a-z]+):\/\/\S*[?&;]password=[^\s&;]+/i;

function isPassword({ key, value }: Entry, beside: readonly Entry[]): boolean {
    if (typeof value === "string" && !isUnknown(value) && address.test(value)) {
        return true;
    }
    // An empty string is not a password, and a path names a file.
    if (value === "" || /_?file$/i.test(key)) {
        return false;
    }
    const words = key.replace(/([a-z0-9])([A-Z])/g, "$1_$2");
    const flat = key.toLowerCase().replace(/[^a-z]/g, "");
    return (
        databasePassword.test(words) ||
        runTogether.test(flat) ||
        (barePassword.test(words) && beside.some((other) => companion.test(other.key)))
    );
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== "";
}
