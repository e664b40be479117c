import { asUser, awsPolicyStatements, CARRIERS, parseDocument, UNKNOWN } from "../../policy/iam";
import type { Carrier, Document, HolderKind, DocumentLocation } from "../../policy/iam";
import type { Graph, Reference } from "../resources/graph";
import { label, property, typeOf } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { isValues, list, text, Unknown } from "../resources/value";
import type { Value } from "../resources/value";

/** A policy document that a principal holds. */
export interface Held {
    /** The resource that carries the document, and the one that attaches it. */
    readonly sources: readonly Resource[];
    /** Undefined if the document is unknown, see {@link input}, or a policy that is not among the resources. */
    readonly document?: Document;
    /** The input of the first source that contains the document. */
    readonly input: string;
    /** The ARN or name of a policy whose document is neither among the resources nor otherwise known. */
    readonly elsewhere?: string;
}

/** A holder of policies: a role, a user, a permission set. */
export interface Principal {
    /** The resource, or a placeholder for a principal defined outside these resources. */
    readonly resource: Resource;
    /** `elsewhere`: resources attach policies to it, but its users are not among them, and it itself need not be. */
    readonly kind: "role" | "user" | "set" | "elsewhere";
    readonly name: string;
    readonly arn?: string;
    readonly held: readonly Held[];
    /** Its permissions boundary, without a document if that is unknown. */
    readonly boundary?: Held;
    /** A role's trust; undefined if unknown. */
    readonly trust?: Document;
}

export const ROLE = "aws:iam/role:Role";
export const USER = "aws:iam/user:User";
export const GROUP = "aws:iam/group:Group";
export const PERMISSION_SET = "aws:ssoadmin/permissionSet:PermissionSet";
const POLICY = "aws:iam/policy:Policy";

const TYPES: Readonly<Record<HolderKind, string>> = { role: ROLE, user: USER, group: GROUP, set: PERMISSION_SET };
const carriers = new Map(CARRIERS.map((carrier) => [carrier.type, carrier]));

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */
const RESERVED = /:role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

const ROLE_ARN = /^arn:[^:]*:iam::\d{12}:role\/(?:.+\/)?([^/]+)$/;

/** How resources refer to roles and users. */
const KEYS = ["id", "name", "arn"];

/** All principals among the resources with all their policies, found by urn and by ARN. */
export class Principals {
    private readonly byUrn = new Map<string, Principal>();
    private readonly byArn = new Map<string, Principal>();

    constructor(private readonly graph: Graph) {
        const { held, elsewhere } = this.attached();
        const { groups, users } = this.memberships();
        for (const resource of graph.resources) {
            const carrier = carrierOf(resource);
            const kind = carrier?.is;
            if (carrier === undefined || kind === undefined || kind === "policy" || kind === "group") {
                continue;
            }
            const own = held.get(resource.urn) ?? [];
            const shared = sharedBy(groups.get(resource.urn) ?? [], held);
            const arn = text(property(resource, "arn"));
            const name = text(property(resource, "name")) ?? resource.name;
            const trust =
                carrier.trust === undefined ? undefined : documentOf(property(resource, carrier.trust), "trust");
            const [boundary] = carrier.boundary === undefined ? [] : this.policies(resource, [carrier.boundary]);
            const all = [...own, ...shared];
            const principal: Principal = {
                resource,
                kind,
                name,
                arn,
                held: kind === "user" ? all.map((one) => heldByUser(one, property(resource, "name"))) : all,
                boundary,
                trust,
            };
            this.byUrn.set(resource.urn, principal);
            if (arn !== undefined) {
                this.byArn.set(arn, principal);
            }
        }
        const joined = new Set([...groups.values()].flat());
        // Another stack, or a person, adds the members.
        const memberless = graph.ofType(GROUP).filter((group) => held.has(group.urn) && !joined.has(group));
        for (const resource of [...elsewhere, ...users, ...memberless]) {
            const all = [...(held.get(resource.urn) ?? []), ...sharedBy(groups.get(resource.urn) ?? [], held)];
            this.byUrn.set(resource.urn, {
                resource,
                kind: "elsewhere",
                name: text(property(resource, "name")) ?? resource.name,
                held: resource.type === USER ? all.map((one) => heldByUser(one, resource.name)) : all,
            });
        }
    }

    all(): readonly Principal[] {
        return [...this.byUrn.values()];
    }

    of(resource: Resource): Principal | undefined {
        return this.byUrn.get(resource.urn);
    }

    /**
     * A role that Identity Center created belongs to its permission set. While a role's ARN is unknown, its name decides, and so does
     * that of a role which is defined elsewhere.
     */
    withArn(arn: string): Principal | undefined {
        const set = RESERVED.exec(arn)?.[1];
        const role = ROLE_ARN.exec(arn)?.[1];
        const isMeant = ({ kind, resource: { type }, arn: own, name }: Principal): boolean =>
            kind === "set" ? name === set : type === ROLE && own === undefined && name === role;
        return this.byArn.get(arn) ?? this.all().find(isMeant);
    }

    /** The role that a workload requests by its ARN or name, even if nothing else is known of it. */
    requested(role: string): Principal {
        const name = ROLE_ARN.exec(role)?.[1] ?? role;
        const known = this.withArn(role) ?? this.all().find((one) => one.resource.type === ROLE && one.name === name);
        if (known !== undefined) {
            return known;
        }
        const resource = unseen(ROLE, name);
        const principal: Principal = {
            resource,
            kind: "elsewhere",
            name,
            arn: ROLE_ARN.test(role) ? role : undefined,
            held: [],
        };
        this.byUrn.set(resource.urn, principal);
        return principal;
    }

    /** The roles that a property names by ARN, or that supply it. */
    rolesAt(
        resource: Resource,
        path: readonly [string, ...(string | number)[]],
        keys: readonly string[] = ["arn"],
    ): readonly Principal[] {
        return this.graph
            .follow(resource, path, [ROLE], keys)
            .flatMap(
                ({ resource: role, value = "" }) => (role === undefined ? this.requested(value) : this.of(role)) ?? [],
            );
    }

    private attached(): {
        readonly held: ReadonlyMap<string, readonly Held[]>;
        readonly elsewhere: Iterable<Resource>;
    } {
        const held = new Map<string, Held[]>();
        const elsewhere = new Map<string, Resource>();
        for (const resource of this.graph.resources) {
            const carrier = carrierOf(resource);
            if (carrier === undefined || carrier.narrows === true) {
                continue;
            }
            const holders = this.holders(resource, carrier);
            const policies = holders.length === 0 ? [] : this.carried(resource, carrier);
            for (const holder of holders) {
                held.set(holder.urn, [...(held.get(holder.urn) ?? []), ...policies]);
                if (this.graph.get(holder.urn) === undefined) {
                    elsewhere.set(holder.urn, holder);
                }
            }
        }
        return { held, elsewhere: elsewhere.values() };
    }

    /** The holders of a resource's document: itself, or the principals that its arguments name. */
    private holders(resource: Resource, { is, holders = {} }: Carrier): readonly Resource[] {
        const named = (Object.entries(holders) as [HolderKind, string][]).flatMap(([kind, argument]) => {
            const found = this.graph.follow(resource, [argument], [TYPES[kind]], KEYS);
            const later =
                found.length === 0 && property(resource, argument) instanceof Unknown
                    ? [unseen(TYPES[kind], `that ${label(resource)} will name`)]
                    : [];
            return [...found.map(({ resource: known, value = "" }) => known ?? unseen(TYPES[kind], value)), ...later];
        });
        return is === undefined || is === "policy" ? named : [resource, ...named];
    }

    private carried(resource: Resource, { documents = [], policies = [], policyNames = [] }: Carrier): readonly Held[] {
        return [
            ...documents.flatMap((place) => inline(resource, place)),
            ...policies.flatMap((place) => this.policies(resource, place)),
            ...policyNames.flatMap((place) => this.policies(resource, place, ["name"])),
        ];
    }

    private policies(attachment: Resource, place: DocumentLocation, keys: readonly string[] = ["arn", "id"]): Held[] {
        return pathsOf(attachment, place).flatMap((path) => {
            const found = this.graph
                .follow(attachment, path, [POLICY], keys)
                .map((reference) => heldPolicy(attachment, reference));
            const later = found.length === 0 && property(attachment, ...path) instanceof Unknown;
            return later
                ? [{ sources: [attachment], input: path[0], elsewhere: "a policy that is not known yet" }]
                : found;
        });
    }

    /** The groups of each user, by urn; a user or group known only by name is a placeholder. */
    private memberships(): {
        readonly groups: ReadonlyMap<string, readonly Resource[]>;
        readonly users: readonly Resource[];
    } {
        const groups = new Map<string, Resource[]>();
        const users = new Map<string, Resource>();
        const join = (members: readonly Resource[], from: Resource, input: string): void => {
            const joined = this.named(from, input, GROUP);
            for (const member of joined.length === 0 ? [] : members) {
                groups.set(member.urn, [...(groups.get(member.urn) ?? []), ...joined]);
                if (this.graph.get(member.urn) === undefined) {
                    users.set(member.urn, member);
                }
            }
        };
        this.graph
            .ofType("aws:iam/userGroupMembership:UserGroupMembership")
            .forEach((one) => join(this.named(one, "user", USER), one, "groups"));
        this.graph
            .ofType("aws:iam/groupMembership:GroupMembership")
            .forEach((one) => join(this.named(one, "users", USER), one, "group"));
        // aws-native names a user's groups in the user.
        this.graph.ofType(USER).forEach((user) => join([user], user, "groups"));
        return { groups, users: [...users.values()] };
    }

    private named(from: Resource, input: string, type: string): readonly Resource[] {
        return this.graph
            .follow(from, [input], [type], KEYS)
            .map(({ resource, value = "" }) => resource ?? unseen(type, value));
    }
}

/** The policies that groups give their members. Those of a group known only by name are unknown. */
function sharedBy(groups: readonly Resource[], held: ReadonlyMap<string, readonly Held[]>): readonly Held[] {
    return groups.flatMap((group) => {
        const made = group.urn.startsWith("urn:");
        const own: Held = { sources: [], input: "", elsewhere: `group ${group.name}` };
        return [...(held.get(group.urn) ?? []), ...(made ? [] : [own])];
    });
}

/** A document as one user holds it, whose own name its variables stand for; unchanged while the name is unknown. */
function heldByUser(held: Held, name: Value | undefined): Held {
    const { document } = held;
    return document === undefined || typeof name !== "string" ? held : { ...held, document: asUser(document, name) };
}

/** A principal that a program attaches policies to but does not create; stable across attachments and versions. */
function unseen(type: string, name: string): Resource {
    return {
        urn: `${type} ${name}`,
        type,
        name,
        component: false,
        inputs: {},
        outputs: {},
        suppliers: {},
        dependencies: [],
    };
}

function carrierOf(resource: Resource): Carrier | undefined {
    return resource.component ? undefined : carriers.get(typeOf(resource));
}

/** The documents at a path; an entry without a document stands for unknown ones. */
function inline(resource: Resource, place: DocumentLocation): Held[] {
    const [input] = place;
    return pathsOf(resource, place)
        .map((path) => property(resource, ...path))
        .filter((value) => value !== undefined && value !== null && value !== "")
        .map((value) => ({ sources: [resource], document: documentOf(value, "identity"), input }));
}

/** The concrete paths: one for each object of a list, or the list's own path if it is unknown. */
function pathsOf(
    resource: Resource,
    [argument, field = ""]: DocumentLocation,
): readonly (readonly [string, ...(string | number)[]])[] {
    const value = property(resource, argument);
    return field === "" || value instanceof Unknown
        ? [[argument]]
        : isValues(value)
          ? [[argument, field]]
          : list(value).map((_, index) => [argument, index, field] as const);
}

function heldPolicy(attachment: Resource, { resource, value }: Reference): Held {
    const [place] = (resource && carrierOf(resource)?.documents) ?? [];
    if (resource !== undefined && place !== undefined) {
        const [input] = place;
        return { sources: [resource, attachment], document: documentOf(property(resource, input), "identity"), input };
    }
    const statements = value === undefined ? undefined : awsPolicyStatements(value);
    const document =
        statements === undefined
            ? undefined
            : parseDocument({ Version: "2012-10-17", Statement: statements }, "identity");
    return {
        sources: [attachment],
        document,
        input: "policyArn",
        elsewhere: document === undefined ? value : undefined,
    };
}

/** A document as a resource carries it, text or object; undefined if entirely unknown. */
export function documentOf(value: Value | undefined, kind: "identity" | "trust"): Document | undefined {
    return value === undefined || value === null || value instanceof Unknown
        ? undefined
        : parseDocument(marked(value), kind);
}

/** The value with the documents' marker for unknown parts. */
function marked(value: Value): unknown {
    if (value instanceof Unknown) {
        return UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.map(marked);
    }
    return isValues(value)
        ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, marked(one)]))
        : value;
}
