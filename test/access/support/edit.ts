import { type, connectPolicy, RESOURCE_ID, tenantStack, trustOf } from "./stack";
import type { StackOptions, TypeName } from "./stack";
import type { Sketch } from "./resources";
import { urn } from "./resources";

/** A stack that a test changes piece by piece. */
export class Edit {
    sketches: Sketch[];

    constructor(options: StackOptions) {
        this.sketches = tenantStack(options);
    }

    /** Changes inputs of one resource, and its corresponding outputs. */
    set(name: TypeName, as: string, inputs: Record<string, unknown>): this {
        const index = this.sketches.findIndex((sketch) => sketch.type === type(name) && sketch.name === as);
        const found = this.sketches[index];
        if (found === undefined) {
            throw new Error(`no ${type(name)} ${as} in the stack`);
        }
        this.sketches[index] = {
            ...found,
            inputs: { ...found.inputs, ...inputs },
            outputs: { ...found.outputs, ...inputs },
        };
        return this;
    }

    remove(name: TypeName, as: string): this {
        this.sketches = this.sketches.filter((sketch) => sketch.type !== type(name) || sketch.name !== as);
        return this;
    }

    /** Adds a resource of any type; database resources belong to the usual provider. */
    add(token: string, as: string, inputs: Record<string, unknown>, more: Partial<Sketch> = {}): this {
        const provider = token.startsWith("postgresql:")
            ? urn("pulumi:providers:postgresql", "main")
            : token.startsWith("kubernetes:")
              ? urn("pulumi:providers:kubernetes", "main")
              : undefined;
        this.sketches.push({
            type: token,
            name: as,
            id: as,
            inputs,
            outputs: { ...inputs, ...more.outputs },
            provider,
            ...more,
        });
        return this;
    }

    grant(role: string, inputs: Record<string, unknown>): this {
        return this.add("postgresql:index/grant:Grant", `planted-${this.sketches.length}`, {
            role,
            database: "app",
            ...inputs,
        });
    }

    /** The statement of a tenant's connect policy. */
    connect(tenant: string, statement: Record<string, unknown>): this {
        const usual = (connectPolicy(RESOURCE_ID, `${tenant}_app`) as { Statement: [Record<string, unknown>] })
            .Statement[0];
        return this.set("rolePolicy", tenant, {
            policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ ...usual, ...statement }] }),
        });
    }

    /** The statement of a tenant's trust; omits undefined members. */
    trust(tenant: string, statement: Record<string, unknown>, issuer?: string): this {
        const usual = (trustOf(tenant, issuer) as { Statement: [Record<string, unknown>] }).Statement[0];
        return this.set("role", tenant, {
            assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ ...usual, ...statement }] }),
        });
    }

    /** Adds statements to a tenant's trust. */
    alsoTrust(tenant: string, ...statements: Record<string, unknown>[]): this {
        const usual = (trustOf(tenant) as { Statement: Record<string, unknown>[] }).Statement;
        return this.set("role", tenant, {
            assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [...usual, ...statements] }),
        });
    }
}
