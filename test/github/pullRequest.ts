/** A review, as in GitHub's GraphQL API, which returns the latest one of each person. */
export interface Review {
    readonly by: string;
    readonly of: string;
    readonly text: string;
    readonly state?: "APPROVED" | "CHANGES_REQUESTED" | "DISMISSED";
    readonly edited?: boolean;
    readonly bot?: boolean;
    readonly reader?: boolean;
}

/** A pull request's state on GitHub at some moment. */
export interface PullRequest {
    readonly author: string;
    readonly head: string;
    readonly headRef: string;
    readonly baseRef: string;
    /** The commit that the base branch points at. */
    readonly tip: string;
    readonly fork?: boolean;
    readonly reviews: readonly Review[];
    readonly pushes: readonly {
        readonly after: string;
        readonly by: string | null;
        readonly bot?: boolean;
        /** Unlike the login, it stays the same. */
        readonly id?: number;
    }[];
}

const REPOSITORY = "octo/keyless";
export const NUMBER = 7;

/** The payload of an event. */
export function eventOf(
    { head, headRef, baseRef, tip, fork = false }: PullRequest,
    action = "synchronize",
): Readonly<Record<string, unknown>> {
    return {
        action,
        repository: { full_name: REPOSITORY },
        pull_request: {
            number: NUMBER,
            labels: [{ name: "access-approved" }],
            head: { sha: head, ref: headRef, repo: { full_name: fork ? "mallory/keyless" : REPOSITORY } },
            base: { sha: tip, ref: baseRef },
        },
    };
}

/** The `github` context of an event. */
export function githubOf(event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { head, base } = event["pull_request"] as { head: { ref: string }; base: { ref: string } };
    return {
        repository: REPOSITORY,
        event_name: "pull_request",
        sha: "merge",
        base_ref: base.ref,
        head_ref: head.ref,
        event,
    };
}

/** The `context` of a script. */
export function contextOf(event: Readonly<Record<string, unknown>>): object {
    return { repo: { owner: "octo", repo: "keyless" }, payload: event };
}

/** The account of a login. */
export function idOf(login: string): number {
    return [...login].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 0);
}

/** GitHub's API responses about a pull request; rejects unknown requests. */
export function apiOf(pull: PullRequest): object {
    return {
        graphql: async (query: string, { owner, repo, number }: Readonly<Record<string, unknown>>) => {
            if (
                `${String(owner)}/${String(repo)}#${String(number)}` !== `${REPOSITORY}#${NUMBER}` ||
                !query.includes("writersOnly: true")
            ) {
                throw new Error("unexpected query");
            }
            const nodes = pull.reviews
                .filter(({ reader = false }) => !reader)
                .map(({ by, of, text, state = "APPROVED", edited = false, bot = false }) => ({
                    state,
                    body: text,
                    lastEditedAt: edited ? "2026-01-02T03:04:05Z" : null,
                    commit: { oid: of },
                    author: { __typename: bot ? "Bot" : "User", login: by, ...(!bot && { databaseId: idOf(by) }) },
                }));
            const { author, head, baseRef, tip } = pull;
            return {
                repository: {
                    pullRequest: {
                        author: { databaseId: idOf(author) },
                        headRefOid: head,
                        baseRefName: baseRef,
                        baseRef: { target: { oid: tip } },
                        latestOpinionatedReviews: { nodes },
                    },
                },
            };
        },
        paginate: async (route: string, { owner, repo, ref }: Readonly<Record<string, unknown>>) => {
            if (route !== "GET /repos/{owner}/{repo}/activity" || `${String(owner)}/${String(repo)}` !== REPOSITORY) {
                throw new Error(`unexpected route ${route}`);
            }
            const pushes = ref === `refs/heads/${pull.headRef}` && pull.fork !== true ? pull.pushes : [];
            return pushes.map(({ after, by, bot = false, id }) => {
                const actor = by === null ? null : { login: by, id: id ?? idOf(by), type: bot ? "Bot" : "User" };
                return { after, ref, activity_type: "push", actor };
            });
        },
    };
}
