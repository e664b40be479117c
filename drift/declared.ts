import type { DeclaredServer } from "../access/index";
import type { Role } from "../access/postgres/serverState";
import type { Resource } from "../access/resources/resource";
import { property } from "../access/resources/resource";
import { restriction } from "../toolkit/guardedSession";
import type { RoleSettings } from "../toolkit/roleSettings";

/** A role's declared settings, as the catalog writes them. */
export interface DeclaredRole {
    readonly role: Role;
    /** -1: unlimited. */
    readonly connectionLimit: number;
    readonly settings: RoleSettings;
}

/**
 * The declared roles, with properties that only their resources have.
 *
 * @param restricts whether the server knows the setting that refuses views
 */
export function declaredRoles(
    server: DeclaredServer,
    resources: readonly Resource[],
    restricts: boolean,
): ReadonlyMap<string, DeclaredRole> {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const found = [...server.rights.world.roles.values()].map((role): [string, DeclaredRole] => {
        const resource = byUrn.get(role.source);
        return [
            role.name,
            {
                role,
                connectionLimit: Number(valueOf(resource, "connectionLimit") ?? -1),
                settings: new Map([
                    ...settingsOf(resource),
                    ...Object.entries(role.settings).filter(([name]) => restricts || name !== restriction.name),
                ]),
            },
        ];
    });
    return new Map(found);
}

function settingsOf(resource: Resource | undefined): Map<string, string | readonly string[]> {
    const settings = new Map<string, string | readonly string[]>();
    const path = valueOf(resource, "searchPaths");
    if (Array.isArray(path) && path.length > 0) {
        settings.set("search_path", path.map(String));
    }
    for (const [input, name] of [
        ["statementTimeout", "statement_timeout"],
        ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
    ] as const) {
        const value = Number(valueOf(resource, input) ?? 0);
        if (value > 0) {
            settings.set(name, String(value));
        }
    }
    const assumed = valueOf(resource, "assumeRole");
    if (typeof assumed === "string" && assumed !== "") {
        settings.set("role", assumed);
    }
    return settings;
}

function valueOf(resource: Resource | undefined, name: string): unknown {
    return resource === undefined ? undefined : property(resource, name);
}
