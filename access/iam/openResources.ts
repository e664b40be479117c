import { dbUserArn, mayConnect, parseDbUser, reach } from "../../policy/iam";
import type { Answer, DbUser, Document, Statement } from "../../policy/iam";
import type { Endpoint } from "../databases/servers";
import { withinBoundary } from "./boundary";
import type { Principal } from "./principals";

/** A Resource that matches more database users than it names. */
export interface OpenResource {
    /** Documents that allow this Resource alone, with all that is denied. */
    readonly documents: readonly Document[];
    /** One of the users that it matches. */
    readonly example: DbUser;
}

/** The open-ended Resources of documents, each by itself: a statement's counterexample shows only the first. */
export function openResources(documents: readonly Document[]): readonly OpenResource[] {
    const denials = documents.map((document) => ({
        ...document,
        statements: document.statements.filter(({ effect }) => effect === "Deny"),
    }));
    return documents.flatMap((document) =>
        document.statements
            .filter(({ effect }) => effect !== "Deny")
            .flatMap(oneResourceEach)
            .flatMap((statement) => {
                const alone = [...denials, { ...document, statements: [statement] }];
                return reach(alone).excesses.flatMap(({ counterexample }) => {
                    const example = parseDbUser(counterexample);
                    return example === undefined ? [] : [{ documents: alone, example }];
                });
            }),
    );
}

function oneResourceEach(statement: Statement): readonly Statement[] {
    const { resources } = statement;
    return resources === undefined || resources.except
        ? [statement]
        : resources.patterns
              .filter(({ literal }) => literal === undefined)
              .map((pattern) => ({ ...statement, resources: { ...resources, patterns: [pattern] } }));
}

/**
 * The users that an open-ended Resource matches besides a database's declared logins, within the principal's boundary: by their names,
 * or undefined for any.
 */
export function undeclaredUsers(
    principal: Principal,
    entrance: Endpoint,
    logins: readonly string[],
    { documents, example }: OpenResource,
): readonly (string | undefined)[] {
    const allows = (user: string): boolean => {
        const arn = arnOf(entrance, user, example);
        return worst(mayConnect(documents, arn), withinBoundary(principal, arn)) !== "no";
    };
    const limits = [principal.boundary?.document ?? []].flat();
    const within = [...reach(limits).users, ...openResources(limits).map((one) => one.example)];
    return [example, ...within].flatMap(({ user }) => {
        const several = variationsOf(user).some(allows);
        return several ? [undefined] : logins.includes(user) || !allows(user) ? [] : [user];
    });
}

/** Names that differ in one character: a pattern that matches one of them does not name a single user. */
function variationsOf(name: string): readonly string[] {
    return [...`${name}x`].flatMap((letter, at) => [
        `${name.slice(0, at)}x${name.slice(at)}`,
        `${name.slice(0, at)}${letter === "x" ? "y" : "x"}${name.slice(at + 1)}`,
    ]);
}

/** The user's ARN; unknown parts of the database's come from an ARN that the documents allow. */
export function arnOf(entrance: Endpoint, user: string, example: DbUser): string {
    const { partition, region, account } = entrance.place;
    return dbUserArn({
        partition: partition || example.partition,
        region: region || example.region,
        account: account || example.account,
        resourceId: entrance.resourceId ?? example.resourceId,
        user,
    });
}

export function worst(one: Answer, other: Answer): Answer {
    return one === "no" || other === "no" ? "no" : one === "maybe" ? one : other;
}
