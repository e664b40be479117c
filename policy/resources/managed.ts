import { awsPolicyPath, awsPolicyStatements, parseDocument, reach } from "../iam";

/** What an AWS managed policy allows of `rds-db:connect`. */
export type Verdict = "every user" | "none" | "unknown";

/** Evaluates an AWS managed policy by its ARN; undefined for the ARN of any other policy. */
export function awsPolicy(arn: string): { readonly name: string; readonly verdict: Verdict } | undefined {
    const path = awsPolicyPath(arn);
    if (path === undefined) {
        return undefined;
    }
    const name = path.slice(path.lastIndexOf("/") + 1);
    const statements = awsPolicyStatements(arn);
    if (statements === undefined) {
        return { name, verdict: "unknown" };
    }
    const { verdict } = reach([parseDocument({ Version: "2012-10-17", Statement: statements }, "identity")]);
    return { name, verdict: verdict === "none" ? "none" : "every user" };
}
