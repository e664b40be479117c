import { clip, parseDocument, reach, visible } from "../iam";
import type { DbUser, Document, Excess, Reach } from "../iam";
import type { Held } from "../resources/iamDocumentLocations";
import { wildcard } from "../resources/rule";
import type { Finding } from "../resources/rule";

/** The only database users that documents may name; by default, any that they name individually. */
export type AllowedUsers = readonly { readonly database: string; readonly user: string }[] | undefined;

const unnamed =
    "name each database user by its ARN, as in arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-<id>/<user>";

/** Whether AWS would reject a document. */
export function isInvalid({ value }: Held): boolean {
    return reach([parseDocument(value, "identity")]).verdict === "invalid";
}

/** The findings about one document; `checked` is when the values that are not known yet are checked. */
export function judgeDocument({ path, value }: Held, allow: AllowedUsers, checked: string): Finding[] {
    const document = parseDocument(value, "identity");
    const found = reach([document]);
    switch (found.verdict) {
        case "none":
            return [];
        case "excess":
            return found.excesses.map((excess) => wide(excess, path));
        case "invalid":
            return [
                {
                    fault: `${path} cannot be evaluated: ${clip(found.reason, 600)}`,
                    fix: "correct the document; AWS would reject it too",
                },
            ];
        case "unknown":
            return [
                ...unlisted(found.users, path, allow),
                {
                    fault: `${path} cannot be verified until its values are known${known(found, document)}`,
                    fix: `none, if the update resolves them: the document is checked then, ${checked}`,
                    unproven: true,
                },
            ];
        case "exact":
            return unlisted(found.users, path, allow);
    }
}

function wide({ statement, pattern, counterexample }: Excess, path: string): Finding {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    const what = pattern === undefined ? "everything except its NotResource" : JSON.stringify(clip(visible(pattern)));
    const by = statement.actions.except ? " through its NotAction" : "";
    return {
        fault: `statement ${statement.index}${sid} of ${path} allows rds-db:connect${by} on ${what}, which includes ${visible(counterexample)}`,
        fix:
            statement.resources?.except === true || statement.actions.except
                ? `allow rds-db:connect in a separate statement with Resource: ${unnamed}`
                : unnamed,
    };
}

/** The users that are already certain, if the document names any. */
function known({ users }: Reach, { statements }: Document): string {
    if (users.length === 0) {
        return statements.some(({ effect }) => effect === "unknown") ? "" : " (its actions or resources)";
    }
    return ` (users named: ${clip(users.map(({ user }) => visible(user)).join(", "))})`;
}

function unlisted(users: readonly DbUser[], path: string, allow: AllowedUsers): Finding[] {
    if (allow === undefined) {
        return [];
    }
    return users
        .filter(
            ({ resourceId, user }) =>
                !allow.some((entry) => wildcard(entry.database).test(resourceId) && wildcard(entry.user).test(user)),
        )
        .map(({ arn }) => ({
            fault: `${path} allows rds-db:connect as ${visible(arn)}, which the parameter allow does not list`,
            fix: "add the database and the user to the parameter allow of rds-db-wildcard, or remove the ARN",
        }));
}
