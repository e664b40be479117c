import assert from "node:assert/strict";
import { tenantStacks, type TenantStack } from "./support/tenantStacks";
import { walk, type Walked } from "./support/walked";

const sizes = [10, 20, 30] as const;

describe("a tenant more", () => {
    for (const stack of Object.keys(tenantStacks) as TenantStack[]) {
        it(`costs the program the same whatever the number of tenants: ${stack}`, async () => {
            // The first run in a process looks at more: modules are loaded.
            await walk(stack, sizes[0]);
            const [small, middle, large] = [
                await walk(stack, sizes[0]),
                await walk(stack, sizes[1]),
                await walk(stack, sizes[2]),
            ];
            assert.deepEqual(difference(large, middle), difference(middle, small));
        });
    }
});

function difference(larger: Walked, smaller: Walked): Walked {
    return {
        elements: larger.elements - smaller.elements,
        values: larger.values - smaller.values,
        dependencies: larger.dependencies - smaller.dependencies,
        resources: larger.resources - smaller.resources,
    };
}
