import { limitsOnConnect, reach } from "../../policy/iam";
import type { DbUser } from "../../policy/iam";
import type { Store } from "../cloud/store";
import { endpointsOf } from "../cloud/aws/databaseEndpoints";
import type { Endpoint } from "../cloud/aws/databaseEndpoints";
import { UserError } from "../../toolkit/userError";
import type { Role } from "./roles";

/** A database, and the user to connect as. */
export interface Target {
    readonly endpoint: Endpoint;
    readonly user: string;
    readonly database: string;
}

/** The requested parts; the rest follows from the role's permissions. */
export interface Wish {
    readonly host?: string | undefined;
    readonly user?: string | undefined;
    readonly database?: string | undefined;
}

/**
 * Where a role can connect by its policies: the first endpoint and user that they name, unless others are requested. A
 * requested one is returned whether the role can connect or not: the database decides.
 *
 * @throws UserError that lists the existing databases
 */
export function targetOf(store: Store, role: Role | undefined, { host, user, database }: Wish): Target | undefined {
    const endpoints = endpointsOf(store);
    const wished = endpoints.find((each) => each.host === host);
    if (host !== undefined && wished === undefined) {
        const hosts = endpoints.map((each) => each.host);
        throw new UserError(
            `the sandbox has no database at ${JSON.stringify(host)}; it has ${hosts.join(", ") || "none"}`,
        );
    }
    const named = usersOf(role).flatMap(({ arn, user: name }) =>
        endpoints.filter((each) => each.connectPrefix + name === arn).map((endpoint) => ({ endpoint, name })),
    );
    const first =
        named.find(
            (each) => (wished === undefined || each.endpoint === wished) && (user === undefined || each.name === user),
        ) ?? named.find((each) => wished === undefined || each.endpoint === wished);
    const endpoint = wished ?? first?.endpoint ?? (user === undefined ? undefined : endpoints[0]);
    const name = user ?? first?.name;
    return endpoint === undefined || name === undefined
        ? undefined
        : { endpoint, user: name, database: database ?? endpoint.spec.database ?? "postgres" };
}

/** The users that a role's policies name, within its permissions boundary. */
function usersOf(role: Role | undefined): readonly DbUser[] {
    const { policies, limits } = role?.permissions() ?? { policies: [], limits: [] };
    return reach(policies).users.filter(({ arn }) => limitsOnConnect(limits, arn) !== "no");
}
