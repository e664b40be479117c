import { isAllowed, trust } from "../../policy/iam";
import { elsewhere, link } from "../chain/link";
import type { Identity, Link } from "../chain/link";
import { joined } from "../network/networkLocation";
import type { NetworkLocation } from "../network/networkLocation";
import type { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text as textOf } from "../resources/value";
import type { Principal, Principals } from "./principals";
import { parseArn } from "../../toolkit/arn";

/** How a machine, task or function obtains a role. */
export interface ComputeGrant {
    readonly identity: Identity;
    readonly role: Principal;
    readonly links: readonly Link[];
    readonly places: readonly NetworkLocation[];
}

const PROFILE = "aws:iam/instanceProfile:InstanceProfile";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";

/** A kind of workload that AWS gives a role: the paths of its role, groups and subnets. */
interface WorkloadKind {
    readonly type: string;
    readonly kind: "instance" | "task" | "function";
    /** The service principal, in any partition. */
    readonly services: readonly string[];
    /** Path of the role, or of the instance profile that holds it. */
    readonly role: readonly [string, ...(string | number)[]];
    readonly profile?: readonly string[];
    readonly groups: readonly (readonly [string, ...(string | number)[]])[];
    readonly subnets: readonly (readonly [string, ...(string | number)[]])[];
}

const EC2 = { kind: "instance" as const, services: ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] };
const KINDS: readonly WorkloadKind[] = [
    {
        ...EC2,
        type: "aws:ec2/instance:Instance",
        role: ["iamInstanceProfile"],
        profile: ["name", "id", "arn"],
        groups: [["vpcSecurityGroupIds"], ["securityGroups"]],
        subnets: [["subnetId"]],
    },
    {
        ...EC2,
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        role: ["iamInstanceProfile", "name"],
        profile: ["name", "id"],
        groups: [["vpcSecurityGroupIds"], ["networkInterfaces", 0, "securityGroups"]],
        subnets: [["networkInterfaces", 0, "subnetId"]],
    },
    {
        ...EC2,
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        role: ["iamInstanceProfile", "arn"],
        profile: ["arn"],
        groups: [["vpcSecurityGroupIds"], ["networkInterfaces", 0, "securityGroups"]],
        subnets: [["networkInterfaces", 0, "subnetId"]],
    },
    { ...EC2, type: "aws:eks/nodeGroup:NodeGroup", role: ["nodeRoleArn"], groups: [], subnets: [["subnetIds"]] },
    { type: TASK, kind: "task", services: ["ecs-tasks.amazonaws.com"], role: ["taskRoleArn"], groups: [], subnets: [] },
    {
        type: "aws:lambda/function:Function",
        kind: "function",
        services: ["lambda.amazonaws.com"],
        role: ["role"],
        groups: [["vpcConfig", "securityGroupIds"]],
        subnets: [["vpcConfig", "subnetIds"]],
    },
];

export const machineTypes: readonly string[] = KINDS.map(({ type }) => type);

/** The workloads outside Kubernetes that request a role, whether or not its trust admits their service. */
export function computeGrants(graph: Graph, principals: Principals, network: Network): readonly ComputeGrant[] {
    return KINDS.flatMap((kind) =>
        graph.ofType(kind.type).flatMap((resource) =>
            rolesOf(graph, principals, kind, resource).map(({ role, through, perhaps }): ComputeGrant => {
                const identity = {
                    key: `${kind.kind} ${resource.urn}`,
                    kind: kind.kind,
                    label: resource.name,
                    resources: [resource.urn],
                };
                const given =
                    perhaps === true
                        ? elsewhere(
                              "credential",
                              `${label(resource)} may run as ${label(role.resource)}: its instance profile is defined elsewhere`,
                              resource.urn,
                          )
                        : link(
                              "credential",
                              "holds",
                              `${label(resource)} runs as ${label(role.resource)}`,
                              resource.urn,
                              through?.urn,
                          );
                return {
                    identity,
                    role,
                    links: [given, admits(kind, role, resource)],
                    places: placesOf(graph, network, kind, resource),
                };
            }),
        ),
    );
}

function rolesOf(
    graph: Graph,
    principals: Principals,
    kind: WorkloadKind,
    resource: Resource,
): readonly { readonly role: Principal; readonly through?: Resource; readonly perhaps?: true }[] {
    if (kind.profile === undefined) {
        return principals.rolesAt(resource, kind.role, ["arn", "name"]).map((role) => ({ role }));
    }
    const named = graph.follow(resource, kind.role, [PROFILE], kind.profile);
    const known = named.flatMap(({ resource: through }) =>
        through === undefined
            ? []
            : principals.rolesAt(through, ["role"], ["name", "id"]).map((role) => ({ role, through })),
    );
    return named.some(({ resource: profile }) => profile === undefined)
        ? [...known, ...unprofiled(graph, principals, kind).map((role) => ({ role, perhaps: true as const }))]
        : known;
}

/** The roles that an instance profile elsewhere may hold: those that trust EC2 and that no profile among the resources holds. */
function unprofiled(graph: Graph, principals: Principals, { services }: WorkloadKind): readonly Principal[] {
    const held = new Set(
        graph.ofType(PROFILE).flatMap((profile) => principals.rolesAt(profile, ["role"], ["name", "id"])),
    );
    const trusts = ({ trust: document }: Principal): boolean =>
        document !== undefined &&
        trust(document).subjects.some((subject) => subject.kind === "service" && services.includes(subject.service));
    return principals.all().filter((role) => role.kind === "role" && !held.has(role) && trusts(role));
}

function admits({ kind, services }: WorkloadKind, role: Principal, resource: Resource): Link {
    const urns = [role.resource.urn];
    const admitted =
        role.trust === undefined
            ? []
            : trust(role.trust).subjects.flatMap((subject) => (subject.kind === "service" ? subject.service : []));
    const service = services.find((one) => admitted.includes(one)) ?? services[0] ?? "";
    if (role.kind === "elsewhere") {
        const text = `${label(role.resource)}, which is defined elsewhere, is expected to trust ${service}`;
        return elsewhere("credential", text, ...urns);
    }
    if (role.trust === undefined) {
        return link(
            "credential",
            "expected",
            `the trust of ${label(role.resource)} is expected to admit ${service}`,
            ...urns,
        );
    }
    const said = sourceOf(kind, resource);
    const holds = isAllowed([role.trust], {
        action: "sts:AssumeRole",
        principal: { type: "Service", value: service },
        context: said ?? {},
    });
    // The resources do not determine other keys.
    const asked = role.trust.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key));
    const refused = said !== undefined && asked.length > 0 && asked.every((key) => SOURCE.includes(key));
    const named = admitted.includes(service) && !refused;
    const whom = admitted.includes(service) && refused && !holds ? ` for ${label(resource)}` : "";
    const text = `the trust of ${label(role.resource)} ${holds || named ? "admits" : "does not admit"} ${service}${whom}`;
    return link("credential", holds ? "holds" : named ? "expected" : "missing", text, ...urns);
}

const SOURCE = ["aws:sourceaccount", "aws:sourcearn"];

/**
 * The service's condition keys about the workload; undefined if unknown. ECS and Lambda pass account and ARN
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html); AWS documents none for EC2.
 */
function sourceOf(kind: WorkloadKind["kind"], resource: Resource): Readonly<Record<string, string>> | undefined {
    const arn = textOf(property(resource, "arn"));
    const { partition, service, region, account } = parseArn(arn ?? "") ?? {};
    if (kind === "instance") {
        return {};
    }
    return arn === undefined || account === undefined
        ? undefined
        : {
              "aws:SourceAccount": account,
              "aws:SourceArn": kind === "function" ? arn : `arn:${partition}:${service}:${region}:${account}:task/any`,
          };
}

/** Its own location, and those of its further network interfaces; an instance may have no other than these. */
function placesOf(graph: Graph, network: Network, kind: WorkloadKind, resource: Resource): readonly NetworkLocation[] {
    const own = network.interfaces.withAttached(placeOf(graph, network, kind, resource), resource);
    const further = kind.kind === "instance" ? network.interfaces.of(resource) : [];
    const unsaid = own.groups.length === 0 && own.subnets.known.length === 0 && !own.subnets.elsewhere;
    return unsaid && further.length > 0 ? further : [own, ...further];
}

function placeOf(graph: Graph, network: Network, kind: WorkloadKind, resource: Resource): NetworkLocation {
    // A task definition's services determine its location.
    const services = graph
        .ofType(SERVICE)
        .filter(
            (one) => graph.follow(one, ["taskDefinition"], [TASK], ["arn", "id", "family"])[0]?.resource === resource,
        );
    return {
        text: resource.name,
        groups: [
            ...kind.groups.flatMap((path) => network.groups.named(resource, ...path)),
            ...services.flatMap((one) => network.groups.named(one, "networkConfiguration", "securityGroups")),
        ],
        subnets: joined(
            ...kind.subnets.map((path) => network.places.subnets(resource, ...path)),
            ...services.map((one) => network.places.subnets(one, "networkConfiguration", "subnets")),
        ),
        resources: [resource.urn, ...services.map((one) => one.urn)],
    };
}
