import type { Sketch } from "../../test/access/support/resources";
import { urn } from "../../test/access/support/resources";

/**
 * The same stack with a group for each tenant that reads its tables, and whose member is the next tenant's login: what a stack with
 * as many profiles as tenants declares.
 */
export function withProfiles(sketches: readonly Sketch[], tenants: readonly string[]): Sketch[] {
    const provider = urn("pulumi:providers:postgresql", "main");
    const make = (type: string, name: string, inputs: Record<string, unknown>): Sketch => ({
        ...{ type: `postgresql:index/${type}`, name, id: name, provider },
        ...{ inputs, outputs: inputs },
    });
    const held = new Map(
        tenants.map((name, index) => [`${tenants[(index + 1) % tenants.length] ?? ""}_app`, `${name}_readers`]),
    );
    const members = sketches.map((sketch) => {
        const group = sketch.type === "postgresql:index/role:Role" ? held.get(sketch.name) : undefined;
        const roles = sketch.inputs?.["roles"] as readonly string[] | undefined;
        const inputs = { ...sketch.inputs, roles: [...(roles ?? []), group] };
        return group === undefined ? sketch : { ...sketch, inputs, outputs: inputs };
    });
    const profiles = tenants.flatMap((name) => {
        const place = { role: `${name}_readers`, database: "app", schema: name };
        const privileges = ["SELECT"];
        return [
            make("role:Role", `${name}_readers`, { name: `${name}_readers` }),
            make("grant:Grant", `${name}_readers-usage`, { ...place, objectType: "schema", privileges: ["USAGE"] }),
            make("grant:Grant", `${name}_readers`, { ...place, objectType: "table", privileges }),
            make("defaultPrivileges:DefaultPrivileges", `${name}_readers`, {
                ...{ ...place, owner: `${name}_owner`, objectType: "table", privileges },
            }),
        ];
    });
    return [...members, ...profiles];
}
