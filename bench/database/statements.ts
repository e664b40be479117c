import { PROVISIONER } from "../../toolkit/serverNames";
import { identifier, join, keyword, literal, sql, type Sql } from "../../toolkit/sql";
import type { Resources } from "./terraform";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * The SQL that makes the Postgres resources of a program, in the order of their registration: what the provider executes, less
 * what it reads, locks and undoes.
 *
 * @throws Error for a type that it does not know
 */
export function statements(resources: Resources): Sql[] {
    return resources
        .filter(({ type }) => type.startsWith("postgresql:"))
        .flatMap(({ type, inputs }) => {
            const make = makers[type];
            if (make === undefined) {
                throw new Error(`no statement for ${type}`);
            }
            return make(inputs);
        });
}

const KINDS = ["DATABASE", "SCHEMA", "TABLE", "SEQUENCE", "FUNCTION"];
const PRIVILEGES = ["CONNECT", "USAGE", "SELECT", "INSERT", "UPDATE", "DELETE"];

const named = (inputs: Inputs, key: string) => identifier(String(inputs[key]));
const list = (inputs: Inputs, key: string) => (inputs[key] ?? []) as readonly string[];
const grantee = (inputs: Inputs) => (inputs["role"] === "public" ? sql`PUBLIC` : named(inputs, "role"));
const kindOf = (inputs: Inputs) => keyword(String(inputs["objectType"]).toUpperCase(), KINDS);
const privilegesOf = (inputs: Inputs) => list(inputs, "privileges").map((one) => keyword(one, PRIVILEGES));

const makers: Readonly<Record<string, (inputs: Inputs) => Sql[]>> = {
    "postgresql:index/role:Role": (inputs) => {
        const role = named(inputs, "name");
        const limit = inputs["connectionLimit"];
        const limited = limit === undefined ? sql`` : sql` CONNECTION LIMIT ${literal(Number(limit))}`;
        const paths = list(inputs, "searchPaths").map((path) => identifier(path));
        return [
            sql`CREATE ROLE ${role} ${inputs["login"] === true ? sql`LOGIN` : sql`NOLOGIN`}${limited}`,
            ...list(inputs, "roles").map((group) => sql`GRANT ${identifier(group)} TO ${role}`),
            ...(paths.length === 0 ? [] : [sql`ALTER ROLE ${role} SET search_path TO ${join(paths)}`]),
        ];
    },
    "postgresql:index/schema:Schema": (inputs) => {
        const [schema, owner] = [named(inputs, "name"), named(inputs, "owner")];
        const policies = (inputs["policies"] ?? []) as readonly Inputs[];
        return asOwner(String(inputs["owner"]), [
            sql`CREATE SCHEMA ${schema} AUTHORIZATION ${owner}`,
            ...policies.map((policy) => sql`GRANT USAGE ON SCHEMA ${schema} TO ${grantee(policy)}`),
        ]);
    },
    "postgresql:index/grant:Grant": (inputs) => {
        const name = named(inputs, inputs["objectType"] === "schema" ? "schema" : "database");
        const object = sql`${kindOf(inputs)} ${name}`;
        return [
            sql`REVOKE ALL ON ${object} FROM ${grantee(inputs)}`,
            ...privilegesOf(inputs).map((privilege) => sql`GRANT ${privilege} ON ${object} TO ${grantee(inputs)}`),
        ];
    },
    "postgresql:index/defaultPrivileges:DefaultPrivileges": (inputs) => {
        const schema = inputs["schema"] === undefined ? sql`` : sql` IN SCHEMA ${named(inputs, "schema")}`;
        const alter = sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${named(inputs, "owner")}${schema}`;
        const [kind, privileges] = [sql`${kindOf(inputs)}S`, privilegesOf(inputs)];
        return asOwner(String(inputs["owner"]), [
            privileges.length === 0
                ? sql`${alter} REVOKE ALL ON ${kind} FROM ${grantee(inputs)}`
                : sql`${alter} GRANT ${join(privileges)} ON ${kind} TO ${grantee(inputs)}`,
        ]);
    },
};

/** Who creates for a role, or changes its default privileges, is a member of it meanwhile, as the provider is. */
function asOwner(owner: string, work: readonly Sql[]): Sql[] {
    const role = identifier(owner);
    return owner === PROVISIONER
        ? [...work]
        : [sql`GRANT ${role} TO CURRENT_USER`, ...work, sql`REVOKE ${role} FROM CURRENT_USER`];
}
