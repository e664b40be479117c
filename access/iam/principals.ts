import { parseDocument, UNKNOWN } from "../../policy/iam";
import type { Document } from "../../policy/iam";
import type { Graph, Reference } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, isValues, list, text, Unknown } from "../resources/value";
import type { Value } from "../resources/value";
import { managedDocument } from "./managed";

/** A policy document that a principal holds. */
export interface Held {
    /** The resource that carries the document, and the one that attaches it. */
    readonly sources: readonly Resource[];
    /** Undefined while the document is not known, see {@link input}; or when it is a policy that is not among the resources. */
    readonly document?: Document;
    /** The input of the first source that the document is in. */
    readonly input: string;
    /** The ARN of a policy that is not among the resources. */
    readonly elsewhere?: string;
}

/** Whoever holds policies: a role, a user, a permission set. */
export interface Principal {
    /** One of the resources, but for who is made elsewhere. */
    readonly resource: Resource;
    /** `elsewhere`: policies among the resources are attached to it, and it is not among them; nor is who may act as it. */
    readonly kind: "role" | "user" | "set" | "elsewhere";
    readonly name: string;
    readonly arn?: string;
    readonly held: readonly Held[];
    /** Its permissions boundary, without a document while that is not known. */
    readonly boundary?: Held;
    /** A role's trust; undefined while it is not known. */
    readonly trust?: Document;
}

export const ROLE = "aws:iam/role:Role";
export const USER = "aws:iam/user:User";
export const GROUP = "aws:iam/group:Group";
export const PERMISSION_SET = "aws:ssoadmin/permissionSet:PermissionSet";
const POLICY = "aws:iam/policy:Policy";

/** Each kind of attachment: whom it attaches to, and where the document or the policy's ARN stands. */
interface Attachment {
    readonly type: string;
    readonly holders: readonly { readonly input: string; readonly types: readonly string[] }[];
    readonly document?: string;
    readonly policy?: string;
}

const role = { input: "role", types: [ROLE] };
const user = { input: "user", types: [USER] };
const group = { input: "group", types: [GROUP] };
const set = { input: "permissionSetArn", types: [PERMISSION_SET] };
const ATTACHMENTS: readonly Attachment[] = [
    { type: "aws:iam/rolePolicy:RolePolicy", holders: [role], document: "policy" },
    { type: "aws:iam/userPolicy:UserPolicy", holders: [user], document: "policy" },
    { type: "aws:iam/groupPolicy:GroupPolicy", holders: [group], document: "policy" },
    { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", holders: [role], policy: "policyArn" },
    { type: "aws:iam/userPolicyAttachment:UserPolicyAttachment", holders: [user], policy: "policyArn" },
    { type: "aws:iam/groupPolicyAttachment:GroupPolicyAttachment", holders: [group], policy: "policyArn" },
    {
        type: "aws:iam/policyAttachment:PolicyAttachment",
        holders: [
            { input: "roles", types: [ROLE] },
            { input: "users", types: [USER] },
            { input: "groups", types: [GROUP] },
        ],
        policy: "policyArn",
    },
    { type: "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", holders: [set], document: "inlinePolicy" },
    { type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment", holders: [set], policy: "managedPolicyArn" },
];

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html */
const RESERVED = /:role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

/** How roles and users are referred to. */
const KEYS = ["id", "name", "arn"];

/** All principals among the resources with everything that they hold, found by urn and by ARN. */
export class Principals {
    private readonly byUrn = new Map<string, Principal>();
    private readonly byArn = new Map<string, Principal>();

    constructor(private readonly graph: Graph) {
        const { held, elsewhere } = this.attached();
        const groups = this.groupsOfUsers();
        const kinds = { role: ROLE, user: USER, set: PERMISSION_SET };
        for (const [kind, type] of Object.entries(kinds) as ["role" | "user" | "set", string][]) {
            for (const resource of graph.ofType(type)) {
                const own = [...this.inline(resource), ...(held.get(resource.urn) ?? [])];
                const shared = (groups.get(resource.urn) ?? []).flatMap((one) => held.get(one) ?? []);
                const arn = text(property(resource, "arn"));
                const name = text(property(resource, "name")) ?? resource.name;
                const trust = kind === "role" ? documentOf(property(resource, "assumeRolePolicy"), "trust") : undefined;
                const [boundary] = this.policies(resource, "permissionsBoundary");
                const principal: Principal = { resource, kind, name, arn, held: [...own, ...shared], boundary, trust };
                this.byUrn.set(resource.urn, principal);
                if (arn !== undefined) {
                    this.byArn.set(arn, principal);
                }
            }
        }
        for (const resource of elsewhere) {
            this.byUrn.set(resource.urn, { resource, kind: "elsewhere", name: resource.name, held: held.get(resource.urn) ?? [] });
        }
    }

    all(): readonly Principal[] {
        return [...this.byUrn.values()];
    }

    of(resource: Resource): Principal | undefined {
        return this.byUrn.get(resource.urn);
    }

    /** A role that Identity Center made is its permission set's, by whose name it goes. */
    withArn(arn: string): Principal | undefined {
        const set = RESERVED.exec(arn)?.[1];
        return this.byArn.get(arn) ?? this.all().find(({ kind, name }) => kind === "set" && name === set);
    }

    /** The role that a property names or that will supply it. */
    roleOf(resource: Resource, input: string): Principal | undefined {
        const [found] = this.graph.follow(resource, [input], [ROLE], ["arn"]);
        return found?.resource === undefined ? undefined : this.of(found.resource);
    }

    private attached(): { readonly held: ReadonlyMap<string, readonly Held[]>; readonly elsewhere: Iterable<Resource> } {
        const held = new Map<string, Held[]>();
        const elsewhere = new Map<string, Resource>();
        for (const { type, holders, document, policy } of ATTACHMENTS) {
            for (const resource of this.graph.ofType(type)) {
                const policies = policy === undefined ? [inlineHeld(resource, document ?? "policy")] : this.policies(resource, policy);
                for (const { input, types } of holders) {
                    for (const { resource: known, value = "" } of this.graph.follow(resource, [input], types, KEYS)) {
                        const holder = known ?? unseen(types[0] ?? "", value);
                        held.set(holder.urn, [...(held.get(holder.urn) ?? []), ...policies]);
                        if (known === undefined) {
                            elsewhere.set(holder.urn, holder);
                        }
                    }
                }
            }
        }
        return { held, elsewhere: elsewhere.values() };
    }

    /** What a role carries itself. */
    private inline(resource: Resource): Held[] {
        const documents = list(property(resource, "inlinePolicies")).map((one) => ({
            sources: [resource],
            document: documentOf(at(one, "policy"), "identity"),
            input: "inlinePolicies",
        }));
        const unknown = property(resource, "inlinePolicies") instanceof Unknown ? [{ sources: [resource], input: "inlinePolicies" }] : [];
        return [...documents, ...unknown, ...this.policies(resource, "managedPolicyArns")];
    }

    private policies(attachment: Resource, input: string): Held[] {
        return this.graph.follow(attachment, [input], [POLICY], ["arn", "id"]).map((reference) => heldPolicy(attachment, reference));
    }

    private groupsOfUsers(): ReadonlyMap<string, readonly string[]> {
        const groups = new Map<string, string[]>();
        const join = (from: Resource, users: string, groupsInput: string): void => {
            for (const member of this.graph.follow(from, [users], [USER], KEYS)) {
                for (const one of this.graph.follow(from, [groupsInput], [GROUP], KEYS)) {
                    if (member.resource !== undefined && one.resource !== undefined) {
                        groups.set(member.resource.urn, [...(groups.get(member.resource.urn) ?? []), one.resource.urn]);
                    }
                }
            }
        };
        this.graph.ofType("aws:iam/userGroupMembership:UserGroupMembership").forEach((one) => join(one, "user", "groups"));
        this.graph.ofType("aws:iam/groupMembership:GroupMembership").forEach((one) => join(one, "users", "group"));
        return groups;
    }
}

/** Stands for what a program attaches policies to and does not make: the same for each attachment, and from one version of a stack to the next. */
function unseen(type: string, name: string): Resource {
    return { urn: `${type} ${name}`, type, name, component: false, inputs: {}, outputs: {}, suppliers: {}, dependencies: [] };
}

function inlineHeld(resource: Resource, input: string): Held {
    return { sources: [resource], document: documentOf(property(resource, input), "identity"), input };
}

function heldPolicy(attachment: Resource, { resource, value }: Reference): Held {
    if (resource !== undefined) {
        return { sources: [resource, attachment], document: documentOf(property(resource, "policy"), "identity"), input: "policy" };
    }
    const managed = value === undefined ? undefined : managedDocument(value);
    return { sources: [attachment], document: managed, input: "policyArn", elsewhere: managed === undefined ? value : undefined };
}

/** A document as a resource carries it, text or object; undefined while it is not known at all. */
export function documentOf(value: Value | undefined, kind: "identity" | "trust"): Document | undefined {
    return value === undefined || value === null || value instanceof Unknown ? undefined : parseDocument(marked(value), kind);
}

/** The value with the mark that documents use for what is not known. */
function marked(value: Value): unknown {
    if (value instanceof Unknown) {
        return UNKNOWN;
    }
    if (Array.isArray(value)) {
        return value.map(marked);
    }
    return isValues(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, marked(one)])) : value;
}
