import { accountOf } from "../toolkit/arn";
import { bootstrapRequests } from "./bootstrap";
import { rowOf } from "./calls";
import { functions } from "./calls/functions";
import { documentsOf, type PolicyDocument } from "./documents";
import { accountOfCaller, relocate, type Foreseen, type Foresight } from "./foresight";
import { generalizer } from "./generalize";
import { requestsOf, requestsOfCalls, type Phase, type Request } from "./requests";
import { migrationRequests } from "./migrations";
import { statementsFor } from "./statements";
import type { Subject } from "./subject";
import { World } from "./world";

/** A database that the program signs in to. */
export interface Connection {
    /** ARN of the database user. */
    readonly user: string;
    /** ARN of the role that signs the token; empty for the principal that runs the program. */
    readonly role: string;
}

/** The policies that one principal needs. */
export interface PrincipalPolicies {
    /** ARN of a role that the program assumes; empty for the principal that runs it. */
    readonly role: string;
    readonly account: string;
    readonly documents: readonly PolicyDocument[];
    /** What `keyless bootstrap` needs in addition, once; none where the database is another stack's. */
    readonly bootstrap: readonly PolicyDocument[];
}

/**
 * The least policies with which a stack's program can create, update, refresh and destroy what it declares.
 *
 * @param account the account of the principal that runs the program, in which the sandbox's own account stands
 */
export function deployerPolicies(
    { resources, lookups, config, region, invented }: Foresight,
    account: string,
    connections: readonly Connection[],
): readonly PrincipalPolicies[] {
    const sandbox = accountOfCaller(resources);
    const relocated = relocate({ resources, lookups, config }, sandbox, account);
    const world = new World(relocated.resources, relocated.config, region, account);
    const requests = new Map<string, Request[]>();
    const add = (role: string, more: readonly Request[]): void => {
        requests.set(role, [...(requests.get(role) ?? []), ...more]);
    };
    for (const resource of relocated.resources.filter(({ type }) => /^aws:[a-z0-9]+\//.test(type))) {
        const { role, subject } = world.placed(resource);
        add(role, everyRequest(resource, subject));
    }
    for (const { token, args, region: at, role } of relocated.lookups) {
        const calls = functions[token];
        if (calls === undefined) {
            throw new Error(
                `deployer/calls/functions.ts has no row for ${token}: add the calls that the provider makes for it`,
            );
        }
        add(role, requestsOfCalls(calls.calls, world.lookup(args, at, role)));
    }
    add(signerOf(relocated.resources), migrationRequests(relocated.resources));
    for (const { user, role } of connections) {
        add(role, [{ action: "rds-db:connect", resource: user, context: {} }]);
    }
    for (const role of [...requests.keys()].filter((name) => name !== "")) {
        add("", [{ action: "sts:AssumeRole", resource: role, context: {} }]);
    }
    // A pattern for the database would admit the program to every other one.
    const given = [relocated.config, ...connections.map(({ user }) => user)].join("\n");
    const generalize = generalizer(given, invented);
    return [...requests].map(([role, all]) => ({
        role,
        account: accountOf(role) || account,
        documents: documentsOf(statementsFor(all, generalize)),
        bootstrap: documentsOf(
            statementsFor(
                relocated.resources.flatMap((one) => {
                    const placed = world.placed(one);
                    return placed.role === role ? bootstrapRequests(one, placed.subject) : [];
                }),
                generalize,
            ),
        ),
    }));
}

/** The role with which hooks work in the database's account; empty for the principal that runs the program. */
function signerOf(resources: readonly Foreseen[]): string {
    const provider = resources.find(({ type }) => type === "pulumi:providers:postgresql");
    const role = provider?.inputs["awsRdsIamProviderRoleArn"];
    return typeof role === "string" ? role : "";
}

const phases: readonly Phase[] = ["create", "created", "read", "update", "delete"];

function everyRequest({ type, inputs }: Foreseen, subject: Subject): readonly Request[] {
    return phases.flatMap((phase) =>
        requestsOf(
            rowOf(type),
            phase,
            phase === "create" ? { ...subject, id: undefined, properties: inputs } : subject,
        ),
    );
}
