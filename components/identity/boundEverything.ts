import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../toolkit/arn";

/**
 * Sets this permissions boundary on every role that the program creates, in any component; in another account, the policy of the
 * same name there. Call it before the first resource is created. Identity Center, not the program, creates the roles of permission sets.
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

/** The boundary's ARN in an account; AWS managed policies exist in every account. */
export function boundaryIn(boundary: string, account: string): string {
    const own = accountOf(boundary);
    return account === "" || own === "aws" ? boundary : boundary.replace(`::${own}:`, `::${account}:`);
}

/** The single account that a provider is restricted to; its lists are JSON. */
function onlyAccount(allowed: unknown): string | undefined {
    const list: unknown = typeof allowed === "string" ? JSON.parse(allowed) : allowed;
    const accounts: readonly unknown[] = Array.isArray(list) ? list : [];
    const [account] = accounts;
    return typeof account === "string" && accounts.length === 1 ? account : undefined;
}
