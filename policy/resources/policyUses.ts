import { CARRIERS } from "../iam";
import type { Answer } from "../iam";
import { attachmentTypes, policyNamesOf } from "./iamDocumentLocations";
import { isStated } from "./resource";
import type { Resource } from "./resource";
import { Candidates, Links } from "./resourceReferences";
import type { Reference } from "./resourceReferences";
import { field, isUnknown, items } from "./unknownValues";

const policyCarriers = CARRIERS.filter((carrier) => carrier.is === "policy");
const boundaries = new Map(
    CARRIERS.flatMap(({ type, boundary }) => (boundary === undefined ? [] : [[type, boundary]])),
);
/** Permission sets, which name a boundary of the account that they are assigned to. */
const setBoundaries = [
    "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment",
    "aws-native:sso:PermissionSet",
];

/** The types of policies that others attach by their ARN. */
export const policyTypes: ReadonlySet<string> = new Set(policyCarriers.map(({ type }) => type));

/** The types that use such policies. */
export const policyUseTypes: readonly string[] = [...attachmentTypes, ...boundaries.keys(), ...setBoundaries];

/** How the resources of a stack use its customer managed policies. */
export class PolicyUses {
    private readonly policies: Candidates;
    private readonly attached: Links<Resource>;
    private readonly limits: Links<Resource>;

    constructor(resources: readonly Resource[]) {
        this.policies = new Candidates(resources.filter(({ type }) => policyTypes.has(type)));
        this.attached = new Links(resources, (one) => [
            ...attachmentArguments(one).flatMap((argument) => this.policies.named(one, argument)),
            ...policyNamesOf(one).flatMap(({ value }) => this.byName(value)),
        ]);
        this.limits = new Links(resources, (one) => this.boundaryOf(one));
    }

    /** Whether a policy only limits what others allow: it is the boundary of a principal, and not attached to any. */
    isOnlyBoundary(policy: Resource): Answer {
        const limits = answerOf(this.limits, policy);
        const attached = holds(policy) ? "yes" : answerOf(this.attached, policy);
        if (limits === "no" || attached === "yes") {
            return "no";
        }
        return limits === "yes" && attached === "no" ? "yes" : "maybe";
    }

    /** The policies that an attachment refers to. */
    attachedBy(resource: Resource): readonly Reference[] {
        return attachmentArguments(resource).flatMap((argument) => this.policies.named(resource, argument));
    }

    /** Whether a policy of this name is in the stack. */
    has(name: string): boolean {
        return this.policies.all.some((policy) => nameOfPolicy(policy) === name);
    }

    private boundaryOf(resource: Resource): readonly Reference[] {
        if (setBoundaries.includes(resource.type)) {
            const named = field(field(resource.props["permissionsBoundary"], "customerManagedPolicyReference"), "name");
            return this.byName(named);
        }
        const argument = boundaries.get(resource.type);
        return argument === undefined ? [] : this.policies.named(resource, argument);
    }

    private byName(name: unknown): readonly Reference[] {
        return this.policies.all
            .filter((policy) => typeof name === "string" && nameOfPolicy(policy) === name)
            .map((resource) => ({ resource, certain: true }));
    }
}

/** A policy's name in AWS; undefined while it is not known. */
export function nameOfPolicy({ props }: Resource): string | undefined {
    const name = props["name"] ?? props["managedPolicyName"];
    return typeof name === "string" && !isUnknown(name) ? name : undefined;
}

/** Whether a policy itself lists principals that it is attached to. */
export function holds({ type, props }: Resource): boolean {
    const holders = policyCarriers.find((carrier) => carrier.type === type)?.holders ?? {};
    return Object.values(holders).some((argument) => items(props[argument]).length > 0);
}

/**
 * The arguments that attach policies. A role's `managedPolicyArns` is also an output: at a first preview it is unknown,
 * although the program does not set it.
 */
function attachmentArguments(resource: Resource): readonly string[] {
    const carried = CARRIERS.find(({ type }) => type === resource.type)?.policies?.map(([argument]) => argument) ?? [];
    return carried.filter((argument) => isStated(resource, argument) || !isUnknown(resource.props[argument]));
}

function answerOf(links: Links<Resource>, resource: Resource): Answer {
    const found = links.to({ resource, certain: true });
    return found.some(({ answer }) => answer === "yes") ? "yes" : found.length > 0 ? "maybe" : "no";
}
