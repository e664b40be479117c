import { field, isUnknown, items } from "./unknownValues";
import type { ProviderOf, Resource } from "./resource";

/**
 * The accounts of a provider, as far as its arguments show: the allowed ones, or the account of the last role that it
 * assumes.
 */
export function accountsOf({ props }: ProviderOf): readonly string[] | undefined {
    const held = items(parsed(props["allowedAccountIds"]));
    if (held.length > 0) {
        return held.every((one) => typeof one === "string" && !isUnknown(one)) ? (held as string[]) : undefined;
    }
    const roles = ["assumeRoles", "assumeRole"]
        .map((argument) => parsed(props[argument]))
        .map((given) => (Array.isArray(given) ? (given as unknown[]).at(-1) : given));
    const accounts = roles.flatMap((role) => accountIn(field(role, "roleArn")) ?? []);
    return accounts.length > 0 ? accounts : undefined;
}

/** The account in a resource's ARN, or else in that of another resource of the same provider. */
export function accountsBySibling(
    resources: readonly Resource[],
): (resource: Resource) => readonly string[] | undefined {
    const known = new Map<string, string>();
    for (const { provider, props } of resources) {
        const account = accountIn(props["arn"]);
        if (provider.urn !== "" && account !== undefined) {
            known.set(provider.urn, account);
        }
    }
    return ({ provider, props }) => {
        const account = accountIn(props["arn"]) ?? known.get(provider.urn);
        return account === undefined ? undefined : [account];
    };
}

function accountIn(arn: unknown): string | undefined {
    return typeof arn === "string" ? /^arn:[^:]+:iam::(\d{12}):/.exec(arn)?.[1] : undefined;
}

/** A provider's lists and objects arrive as JSON text. */
function parsed(value: unknown): unknown {
    if (typeof value !== "string" || isUnknown(value)) {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return undefined;
    }
}
