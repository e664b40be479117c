import { clip } from "../iam";
import { attachmentsOf, documentsOf, policyNamesOf } from "../resources/iamDocumentLocations";
import { awsPolicy } from "../resources/managed";
import { holds, nameOfPolicy, PolicyUses, policyTypes } from "../resources/policyUses";
import type { Arguments, Resource } from "../resources/resource";
import { wildcard } from "../resources/rule";
import type { Finding, Settings } from "../resources/rule";
import { isUnknown } from "../resources/unknownValues";
import { isInvalid, judgeDocument } from "./reachFindings";
import type { AllowedUsers } from "./reachFindings";

interface Parameters extends Settings {
    readonly allow?: AllowedUsers;
    readonly managedPolicies?: readonly string[];
}

/**
 * Whether a policy grants nothing until something attaches it. Its document is judged then: it may be a permissions
 * boundary, which grants nothing at all
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
 */
export function isAttachable(resource: Resource): boolean {
    return policyTypes.has(resource.type) && !holds(resource);
}

/** Checks attachments of AWS managed policies. */
export function judgeAwsPolicies(resource: Resource, { managedPolicies }: Parameters): Finding[] {
    return attachmentsOf(resource).flatMap(({ path, value }): Finding[] => {
        const policy = typeof value === "string" && !isUnknown(value) ? awsPolicy(value) : undefined;
        if (policy === undefined || policy.verdict === "none" || managedPolicies?.includes(policy.name) === true) {
            return [];
        }
        const attached = `${path} attaches AWS's policy ${policy.name}`;
        if (policy.verdict === "unknown") {
            const fix =
                "make sure that it does not allow rds-db:connect, and list it under managedPolicies of rds-db-wildcard";
            return [{ fault: `${attached}, which this version does not know`, fix, unproven: true }];
        }
        const fix = "attach a policy without rds-db:connect, or list it under managedPolicies of rds-db-wildcard";
        return [{ fault: `${attached}, which allows rds-db:connect as every user of every database`, fix }];
    });
}

/** Checks the stack's own policies before a resource attaches them. */
export function judgeOwnPolicies(resource: Resource, parameters: Parameters, kept: Arguments): Finding[] {
    return attachedOf(resource, kept).flatMap(({ path, policy }) =>
        (parameters.exempt ?? []).some((name) => wildcard(name).test(policy.name))
            ? []
            : faultsOf(policy, parameters).map(({ fault, fix }) => ({
                  fault: `${path} attaches ${policy.name}, and ${fault}`,
                  fix,
              })),
    );
}

/** Checks the policies that are not checked through an attachment. */
export function judgePolicies(resources: readonly Resource[], parameters: Parameters, kept: Arguments): Finding[] {
    const uses = new PolicyUses(resources);
    // An attachment that does not depend on its policy may have been registered before it.
    const early = new Set(
        resources.flatMap((resource) => {
            const sources = Object.values(resource.sources).flat();
            return attachedOf({ ...resource, props: resource.inputs }, kept)
                .filter(({ policy }) => sources.some(({ urn }) => urn === policy.urn))
                .map(({ policy }) => policy.urn);
        }),
    );
    const own = resources.filter(isAttachable).flatMap((policy) => {
        const only = uses.isOnlyBoundary(policy);
        const found = documentsOf(policy)
            .filter((held) => !isInvalid(held))
            .flatMap((held) => judgeDocument(held, parameters.allow, "before a resource attaches it"));
        const reported = early.has(policy.urn)
            ? faultsOf({ ...policy, props: policy.inputs }, parameters).map(({ fault }) => fault)
            : [];
        return only === "yes"
            ? []
            : found
                  .filter(({ fault }) => !reported.includes(fault))
                  .map((finding) => ({ resource: policy, ...(only === "maybe" ? perhaps(finding) : finding) }));
    });
    return [...own, ...attachedElsewhere(resources, uses)];
}

function perhaps(finding: Finding): Finding {
    const fault = `${finding.fault}, unless the policy is only a permissions boundary, which this stack does not show`;
    return finding.unproven === true ? finding : { ...finding, fault, unproven: true };
}

/** Certain faults of a policy's document. */
function faultsOf(policy: Resource, { allow }: Parameters): readonly Finding[] {
    return documentsOf(policy)
        .filter((held) => !isInvalid(held))
        .flatMap((held) => judgeDocument(held, allow, ""))
        .filter(({ unproven }) => unproven !== true);
}

/**
 * The policies, of those that the engine has passed so far, that a resource attaches by an ARN that is already known:
 * names are unique in an account.
 */
function attachedOf(resource: Resource, kept: Arguments): { readonly path: string; readonly policy: Resource }[] {
    return attachmentsOf(resource).flatMap(({ path, value }) => {
        const name = typeof value === "string" && !isUnknown(value) ? ownName(value) : undefined;
        const named =
            name === undefined ? [] : kept.ofTypes(policyTypes).filter((policy) => nameOfPolicy(policy) === name);
        const [policy] = named;
        return policy === undefined || named.length > 1 || !isAttachable(policy) ? [] : [{ path, policy }];
    });
}

function ownName(arn: string): string | undefined {
    return /^arn:[^:]+:iam::\d{12}:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
}

/** Policies that the stack attaches but does not contain, so that their reach is unknown here. */
function attachedElsewhere(resources: readonly Resource[], uses: PolicyUses): Finding[] {
    const own = new Set(
        resources.filter(({ type }) => policyTypes.has(type)).map(({ props }) => props["arn"] ?? props["policyArn"]),
    );
    return resources.flatMap((resource) => {
        const finding = (fault: string): Finding => ({
            resource,
            fault,
            fix: "none, if the stack that creates it runs this pack too",
            unproven: true,
        });
        const foreign = attachmentsOf(resource)
            .filter(({ value }) => typeof value === "string" && ownName(value) !== undefined && !own.has(value))
            .map(({ path, value }) => `${path} attaches ${clip(String(value))}`);
        const unknown = uses
            .attachedBy(resource)
            .filter((reference) => reference.resource === undefined && reference.id === undefined)
            .map(() => "it attaches a policy that is not known yet");
        const named = policyNamesOf(resource)
            .filter(({ value }) => isUnknown(value) || (typeof value === "string" && !uses.has(value)))
            .map(
                ({ path, value }) =>
                    `${path} attaches ${isUnknown(value) ? "a policy that is not known yet" : clip(String(value))}`,
            );
        return [...foreign, ...unknown.slice(0, 1), ...named].map((attached) =>
            finding(`${attached}, whose document is not in this stack`),
        );
    });
}
