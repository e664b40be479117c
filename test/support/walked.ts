import { createRequire } from "node:module";
import { runProgram } from "./program";
import { runOf, type TenantStack } from "./tenantStacks";

/** Functions of the SDK that its declarations omit. */
const sdk = createRequire(__filename)("@pulumi/pulumi/utils") as {
    isInstance(this: void, value: unknown, brand: string): boolean;
};

/** What a run of the program does, counted: what a stopwatch would only suggest. */
export interface Walked {
    /** Elements of the arrays that it searches and maps, at most. */
    readonly elements: number;
    /** Values in which the SDK looks for unknown ones: an output with a resource in it leads to all resources. */
    readonly values: number;
    /** Of all resources on others. */
    readonly dependencies: number;
    readonly resources: number;
}

const searching = ["every", "filter", "find", "findIndex", "flatMap", "includes", "indexOf", "map", "some"] as const;

/** Counts what the program does for a stack of so many tenants. */
export async function walk(stack: TenantStack, tenants: number): Promise<Walked> {
    let [elements, values] = [0, 0];
    const { isInstance } = sdk;
    const originals = searching.map((method) => ({
        method,
        search: Reflect.get(Array.prototype, method) as (this: unknown, ...args: unknown[]) => unknown,
        descriptor: Object.getOwnPropertyDescriptor(Array.prototype, method) ?? {},
    }));
    sdk.isInstance = (value, brand) => {
        values += brand === "__pulumiUnknown" ? 1 : 0;
        return isInstance(value, brand);
    };
    for (const { method, search, descriptor } of originals) {
        const counting = function (this: readonly unknown[], ...args: unknown[]) {
            elements += this.length;
            return search.apply(this, args);
        };
        Object.defineProperty(Array.prototype, method, { ...descriptor, value: counting });
    }
    try {
        const { recording } = await runProgram(runOf(stack, tenants));
        const dependencies = recording.registered().reduce((sum, one) => sum + one.dependencies.length, 0);
        return { elements, values, dependencies, resources: recording.resources.length };
    } finally {
        sdk.isInstance = isInstance;
        for (const { method, descriptor } of originals) {
            Object.defineProperty(Array.prototype, method, descriptor);
        }
    }
}
