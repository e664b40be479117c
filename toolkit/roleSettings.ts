import { guards, restriction } from "./guardedSession";
import { identifier, join, literal, sql, type Sql } from "./sql";

/** Values by name; a search path is the list of its schemas, only "" if it is empty. */
export type RoleSettings = ReadonlyMap<string, string | readonly string[]>;

/** Finds out whether the server knows {@link restriction}: a column `restricts`. */
export const RESTRICTS = sql`EXISTS (SELECT FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'restrict_nonsystem_relation_kind') AS restricts`;

/**
 * Settings of the provisioner's sessions, also those of the provider, which changes only `statement_timeout`, before it waits
 * for a lock.
 */
export function provisionerSettings(restricts: boolean): RoleSettings {
    const values = Object.entries(guards).map(([name, value]): [string, string | readonly string[]] => [
        name,
        name === "search_path" ? [value.toString()] : value.toString(),
    ]);
    return new Map([...values, ...restricted(restricts)]);
}

/** The settings that a role's `pg_roles.rolconfig` lacks or has with another value. */
export function missingSettings(wanted: RoleSettings, config: readonly string[]): RoleSettings {
    const found = new Map(config.map(settingOf).map(({ name, value }) => [name, value]));
    return new Map([...wanted].filter(([name, value]) => !sameSetting(value, found.get(name))));
}

/**
 * Settings of a reading person's sessions. `public` holds the operators of extensions, and only the provisioner creates
 * objects there.
 */
export function readerSettings(restricts: boolean): RoleSettings {
    return new Map<string, string | readonly string[]>([
        ["search_path", ["public"]],
        ["row_security", guards.row_security],
        ...restricted(restricts),
    ]);
}

function restricted(restricts: boolean): [string, string][] {
    return restricts ? [[restriction.name, restriction.value]] : [];
}

/** `name=value`, as the catalogs write a setting. */
export function settingOf(setting: string): { readonly name: string; readonly value: string } {
    const at = setting.indexOf("=");
    return { name: setting.slice(0, at), value: setting.slice(at + 1) };
}

/** Whether the catalogs' value is the wanted one: they quote the schemas of a path that need it. */
export function sameSetting(wanted: string | readonly string[], value: string | undefined): boolean {
    if (typeof wanted === "string" || value === undefined) {
        return wanted === value;
    }
    return (
        wanted.join("\n") ===
        value
            .split(", ")
            .map((part) => part.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'))
            .join("\n")
    );
}

export function setForRole(role: string, name: string, value: string | readonly string[]): Sql {
    const values =
        typeof value === "string"
            ? literal(value)
            : value.join("") === ""
              ? sql`''`
              : join(value.map((one) => identifier(one)));
    return sql`ALTER ROLE ${identifier(role)} SET ${settingName(name)} TO ${values}`;
}

/** All of them, a statement each. */
export function setAllForRole(role: string, settings: RoleSettings): Sql[] {
    return [...settings].map(([name, value]) => setForRole(role, name, value));
}

/** A custom setting of an extension or a user has a dot in its name, and each part may have 63 bytes. */
export function settingName(name: string): Sql {
    return join(
        name.split(".").map((part) => identifier(part)),
        sql`.`,
    );
}
