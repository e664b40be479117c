import { AsyncLocalStorage } from "node:async_hooks";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";

/**
 * Runs before the engine creates a schema, and fails if one of that name exists. The provider would adopt it, whatever
 * it contains, and transfer it to the owner; so a name alone would give a tenant another's data. Skipped for a schema
 * in the state and in a preview, which needs no connection to the database.
 *
 * Does not detect a schema on whose owner the provider's user has no rights: the server refuses that transfer.
 *
 * @param parent determines the provider
 */
export function refuseForeignSchema(parent: pulumi.Resource): pulumi.ResourceHookFunction {
    // The engine's call comes from outside the program, which a program that is run inline would not find from there.
    const inProgram = AsyncLocalStorage.snapshot();
    return ({ newInputs }) =>
        inProgram(() => check(String(newInputs?.["database"]), String(newInputs?.["name"]), parent));
}

async function check(database: string, name: string, parent: pulumi.Resource): Promise<void> {
    // Includes system schemas: without this option the provider skips names that begin with pg and another letter.
    const { schemas } = await postgresql.getSchemas({ database, includeSystemSchemas: true }, { parent });
    if (schemas.includes(name)) {
        throw new pulumi.RunError(
            `the schema ${name} exists already in the database ${database}, and this stack did not make it; allowed is a name that is free: ` +
                "write adopt: [schema] for the tenant to take it over with all that is in it, or give the tenant another name",
        );
    }
}
