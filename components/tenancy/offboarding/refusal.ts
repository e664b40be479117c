import { copyable } from "../../../toolkit/copyable";
import { PROVISIONER } from "../../../toolkit/serverNames";
import { identifier, join, sql, type Sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";
import type { Belonging } from "./belongings";

/** What one role owns in one database. */
export interface Owned {
    readonly role: string;
    /** Undefined: outside all databases. */
    readonly database: string | undefined;
    readonly belongings: readonly Belonging[];
}

/** Any more are only counted. */
const most = 10;

/** Lists what would be lost, and both solutions as statements. */
export function stillOwns(found: readonly Owned[]): string {
    const roles = [...new Set(found.map(({ role }) => visible(role)))].join(" and ");
    return [
        `${roles} cannot log in any more, but still owns what would be lost with the role or run with another owner's rights:`,
        ...found.flatMap(({ role, database, belongings }) => [
            `  ${visible(role)}, ${placeOf(database)}: ${cut(belongings.map(nameOf), "; ")}`,
            ...belongings.slice(0, most).flatMap((belonging) => waysOut(role, belonging)),
        ]),
        `drop it, or give it to another owner after you have read its code, in that database as ${PROVISIONER}, and run again`,
    ].join("\n");
}

/** A line that drops the object, and one that transfers it to the owner of its schema. */
function waysOut(role: string, { type, identity, schemaOwner }: Belonging): string[] {
    const kind = kinds[type] ?? type.toUpperCase();
    const drop = type === "large object" ? `SELECT lo_unlink(${identity})` : `DROP ${kind} ${identity}`;
    const give =
        schemaOwner === null
            ? []
            : [transaction([role, schemaOwner], `ALTER ${kind} ${identity} OWNER TO ${identifier(schemaOwner).text}`)];
    return [transaction([role], drop), ...give].map((line) => `    ${line}`);
}

/** Types whose `pg_identify_object` name differs from the SQL keyword. */
const kinds: Readonly<Record<string, string>> = {
    "composite type": "TYPE",
    "statistics object": "STATISTICS",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
};

/** A statement that requires these roles' rights, in a transaction that acquires them, as one line to copy. */
function transaction(roles: readonly string[], statement: string): string {
    const names: Sql = join(roles.map((role) => identifier(role)));
    const safe = String(copyable(statement));
    const lines = [
        sql`BEGIN`,
        sql`GRANT ${names} TO CURRENT_USER`,
        statement,
        sql`REVOKE ${names} FROM CURRENT_USER`,
        sql`COMMIT`,
    ];
    return safe.startsWith("--") ? safe : lines.map(copyable).join(" ");
}

/** Lists the grantors of what the provisioner cannot revoke, and what remains. */
export function stillGranted(
    role: string,
    database: string | undefined,
    remains: readonly string[],
    granters: readonly string[],
): string {
    const who = granters.map(visible).join(" and ") || "another role";
    return (
        `${role} cannot be removed: ${who} granted it privileges ${placeOf(database)} that ${PROVISIONER} cannot revoke; it is left with some on ${cut(remains.map(visible))}: ` +
        `run REVOKE ALL PRIVILEGES ON … FROM ${identifier(role).text} as ${who}, and run this again`
    );
}

/** Lists what prevents dropping a schema. */
export function stillHolds(
    schema: string,
    database: string,
    content: readonly Belonging[],
    largeObjects: number,
): string {
    const all = [...content.map(nameOf), ...(largeObjects > 0 ? [`${largeObjects} large objects of its roles`] : [])];
    return (
        `the schema ${schema} in the database ${database} still holds ${cut(all)}, and was not removed: ` +
        "to keep it, put the tenant back with retire: keep; to delete it, put the tenant back with retire: drop, run, and remove the tenant then"
    );
}

function placeOf(database: string | undefined): string {
    return database === undefined ? "outside all databases" : `in the database ${visible(database)}`;
}

function nameOf({ type, identity, definer }: Belonging): string {
    return `${type} ${visible(identity)}${definer ? ", SECURITY DEFINER" : ""}`;
}

function cut(all: readonly string[], separator = ", "): string {
    return [...all.slice(0, most), ...(all.length > most ? [`and ${all.length - most} more`] : [])].join(separator);
}
