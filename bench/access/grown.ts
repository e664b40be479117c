import type { Sketch } from "../../test/access/support/resources";
import { urn } from "../../test/access/support/resources";

/** How many tenants' logins can additionally read the next tenant's data. */
const CROSSING = 10;

/** The same stack with a few excessive grants. */
export function grown(sketches: readonly Sketch[]): Sketch[] {
    const provider = urn("pulumi:providers:postgresql", "main");
    const grant = (name: string, inputs: Record<string, unknown>): Sketch => ({
        type: "postgresql:index/grant:Grant",
        name,
        id: name,
        inputs: { database: "app", ...inputs },
        provider,
    });
    const planted = Array.from({ length: CROSSING }, (_, index) => {
        const [role, schema] = [`shop${index}_app`, `shop${index + 1}`];
        return [
            grant(`usage-${index}`, { role, schema, objectType: "schema", privileges: ["USAGE"] }),
            grant(`table-${index}`, { role, schema, objectType: "table", objects: ["orders"], privileges: ["SELECT"] }),
        ];
    });
    return [...sketches, ...planted.flat()];
}
