/**
 * Compares a server's catalogs with what resources declare, and returns a fix for each difference. Finds what the postgresql
 * provider never reads back, and what it cannot declare.
 */
import type { AccessModel } from "../access/index";
import { accessOf } from "../access/index";
import { Ours } from "../access/databases/ours";
import { PROXY_LOGIN } from "../bootstrap/index";
import type { Resource } from "../access/resources/resource";
import { declaredRoles } from "./declared";
import type { Facts } from "./facts";
import type { Finding } from "./finding";
import { sortFindings, type Sorted } from "./whose";
import { otherFindings } from "./others";
import { ownerFindings, ownerOf, type OwnerOf } from "./owners";
import { defaultFindings, privilegeFindings } from "./privileges";
import { membershipFindings, roleFindings } from "./roles";
import { PROVISIONER } from "../toolkit/serverNames";

export type { Facts } from "./facts";
export { KINDS } from "./finding";
export type { Finding, FindingKind, FromElsewhere } from "./finding";
export { fixAll } from "./fix";
export type { Fix } from "./fix";
export { readFacts } from "./read";

export interface DriftOptions {
    /** The server's key in the model of the resources. */
    readonly server: string;
    /** The login that must stay outside `rds_iam`. */
    readonly breakGlass: string;
}

/**
 * All differences, in the order in which to fix them.
 *
 * @throws Error when the resources declare no such server
 */
export function findDrift(resources: readonly Resource[], facts: Facts, options: DriftOptions): Finding[] {
    return sortDrift(resources, facts, options).findings;
}

/**
 * All differences, and on an existing server what others have there.
 *
 * @throws Error when the resources declare no such server
 */
export function sortDrift(
    resources: readonly Resource[],
    facts: Facts,
    { server: key, breakGlass }: DriftOptions,
): Sorted {
    // A shared platform may have no provider here: its provisioner is the bootstrap's.
    const provisioner = facts.roles.has(PROVISIONER) ? PROVISIONER : undefined;
    const plan = accessOf(resources, undefined, provisioner);
    const planned = serverOf(plan, key);
    // Each object with its declared owner, which determines its access list.
    const wanted: OwnerOf =
        planned === undefined
            ? () => undefined
            : ownerOf(planned.rights.world, planned.administrators, planned.server.existing === true);
    const objects = facts.objects.map((object) => ({ ...object, owner: wanted(object) ?? object.owner }));
    const server = serverOf(accessOf(resources, new Map([[key, { major: facts.major, objects }]]), provisioner), key);
    if (server === undefined) {
        throw new Error(
            `the resources declare no server ${key}; they declare ${plan.servers.map((one) => one.server.key).join(", ") || "none"}`,
        );
    }
    const { world } = server.rights;
    const [database = "postgres"] = server.server.databases;
    const ours = new Ours(server, [breakGlass, PROVISIONER, PROXY_LOGIN]);
    const context = {
        facts,
        world,
        roles: declaredRoles(server, resources, facts.restricts),
        administrators: server.administrators,
        breakGlass,
        database,
        isHeld: (role: string) => ours.held(role),
    };
    const found = [
        ...ownerFindings(wanted, facts),
        ...membershipFindings(context),
        ...roleFindings(context),
        ...privilegeFindings(world, facts, [breakGlass, PROXY_LOGIN], (name) =>
            ours.place({ kind: "database", database: name, name }),
        ),
        ...defaultFindings(world, facts),
        ...otherFindings({ facts, server, resources, ownerOf: wanted, database }),
    ];
    return sortFindings(found, server.server.existing === true ? ours : undefined);
}

function serverOf({ servers }: AccessModel, key: string) {
    return servers.find(({ server }) => server.key === key);
}
