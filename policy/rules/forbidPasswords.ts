import { databaseOf, databaseTypes } from "../resources/database";
import { openIn, passwordsIn } from "../passwords/decide";
import { holdersOf, holdingTypes } from "../passwords/holders";
import type { Holder } from "../passwords/holders";
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

/** Database logins use IAM, so no password may be set, stored or passed to a container. */
export const forbidPasswords: Rule = {
    name: "database-password",
    description: "Database passwords must not be set, stored or passed to a container",
    severity: "high",
    remediation: "Make the login a member of rds_iam, and set manageMasterUserPassword for the master user.",
    parameters: {},
    types: new Set([...databaseTypes, ...Object.keys(roleTypes), ...holdingTypes]),
    judge: (resource) => {
        const holders = holdersOf(resource);
        return [...ofDatabase(resource), ...ofRole(resource), ...holders.flatMap(ofHolder), ...open(holders)];
    },
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

function ofHolder({ container, argument, entries }: Holder): Finding[] {
    return passwordsIn(entries).map((key) =>
        container === undefined
            ? {
                  fault: `${argument}.${key} holds a database password`,
                  fix: `remove ${key} and let the workload sign in with its IAM role`,
              }
            : {
                  fault: `container ${container} receives a database password in ${key}`,
                  fix: `remove ${key} and let the container sign in with its IAM role`,
              },
    );
}

/** What is not known yet and may contain a password: one finding per resource. */
function open(holders: readonly Holder[]): Finding[] {
    const parts = holders.flatMap(({ container, argument, entries, unknown }) => [
        ...unknown,
        ...openIn(entries).map((key) =>
            container === undefined ? `${argument}.${key}` : `${key} of container ${container}`,
        ),
    ]);
    const [first, ...more] = new Set(parts);
    const fix = "none, if the update resolves them: the values are checked then, before the resource is created";
    return first === undefined
        ? []
        : [
              {
                  fault: `${[first, ...more].join(", ")} ${more.length > 0 ? "are" : "is"} not known yet and may contain a database password`,
                  fix,
                  unproven: true,
              },
          ];
}

function isGiven(value: unknown): boolean {
    return value !== undefined && value !== null && value !== "";
}
