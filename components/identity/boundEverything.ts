import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../toolkit/arn";

/**
 * Gives every role that the program makes this permissions boundary, whichever component makes it; in another account, the policy of
 * the same name there. Call it before the first resource. Roles of Identity Center's permission sets are not the program's.
 */
export function boundEverything(boundary: string): void {
    const accounts = new Map<string, string>();
    pulumi.runtime.registerResourceTransform(({ type, name, props, opts }) => {
        if (type === "pulumi:providers:aws") {
            accounts.set(name, onlyAccount(props["allowedAccountIds"]) ?? "");
            return undefined;
        }
        if (type !== "aws:iam/role:Role") {
            return undefined;
        }
        const urn = pulumi.output(opts.provider?.urn);
        const permissionsBoundary = urn.apply((known) =>
            boundaryIn(boundary, accounts.get(known?.split("::")[3] ?? "") ?? ""),
        );
        return { props: { permissionsBoundary, ...props }, opts };
    });
}

/** The boundary in an account; AWS' own policies are in all of them. */
export function boundaryIn(boundary: string, account: string): string {
    const own = accountOf(boundary);
    return account === "" || own === "aws" ? boundary : boundary.replace(`::${own}:`, `::${account}:`);
}

/** The one account that a provider is held to; its lists are JSON. */
function onlyAccount(allowed: unknown): string | undefined {
    const list: unknown = typeof allowed === "string" ? JSON.parse(allowed) : allowed;
    const accounts: readonly unknown[] = Array.isArray(list) ? list : [];
    const [account] = accounts;
    return typeof account === "string" && accounts.length === 1 ? account : undefined;
}
