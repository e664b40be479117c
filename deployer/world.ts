import { accountOf, parseArn, partitionOf } from "../toolkit/arn";
import { arnIn, roleOf, urnOf, type Foreseen } from "./foresight";
import { tagsIn, type Subject, type Tags } from "./subject";
import { textsAt, type Properties } from "./template";

/** The resources that a preview foresees, each with the place and the principal of its provider. */
export class World {
    private readonly byUrn: ReadonlyMap<string, Foreseen>;
    private readonly byArn = new Map<string, Foreseen>();

    constructor(
        private readonly resources: readonly Foreseen[],
        private readonly config: string,
        private readonly region: string,
        private readonly account: string,
    ) {
        this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
        for (const resource of resources) {
            this.byArn.set(arnIn(resource.properties), resource);
        }
    }

    placed({ type, id, properties, provider }: Foreseen): { role: string; subject: Subject } {
        const inputs = this.byUrn.get(urnOf(provider))?.inputs;
        const role = roleOf(inputs);
        const region = textOf(properties["region"]) ?? textOf(inputs?.["region"]) ?? this.region;
        return { role, subject: { ...this.at(region, role), type, id, properties } };
    }

    lookup(args: Properties, region: string, role: string): Subject {
        const at = this.at(region, role);
        // The principal that runs the program may be any role of the account.
        const caller = role === "" ? `arn:${at.partition}:iam::${at.account}:role/*` : role;
        return { ...at, type: "", id: textOf(args["id"]), properties: { ...args, caller } };
    }

    private at(region: string, role: string): Omit<Subject, "type" | "id" | "properties"> {
        const account = accountOf(role) || this.account;
        return {
            partition: partitionOf(region),
            region,
            account,
            find: (type, value) => this.find(type, value) ?? this.existing(type, value, account, region),
            tagsOf: (arn) => tagsIn(this.byArn.get(arn)?.properties ?? {}) ?? this.clusterGroup(arn),
        };
    }

    private find(type: string, value: string): Properties | undefined {
        const found = this.resources.find(
            (one) =>
                one.type === type &&
                (one.id === value || one.properties["name"] === value || arnIn(one.properties) === value),
        );
        return found && { ...found.properties, id: found.id };
    }

    /** The tags of the security group that EKS creates for a cluster: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html */
    private clusterGroup(arn: string): Tags | undefined {
        const cluster = this.resources.find(
            ({ type, properties }) =>
                type === "aws:eks/cluster:Cluster" &&
                textsAt(properties, "vpcConfig.clusterSecurityGroupId").some((id) =>
                    arn.endsWith(`:security-group/${id}`),
                ),
        );
        return cluster && { "aws:eks:cluster-name": cluster.id };
    }

    /** An object that is not of this stack: the config names it, perhaps by its ARN, which contains a path. */
    private existing(type: string, value: string, account: string, region: string): Properties | undefined {
        const kind = /^aws:(iam|eks|rds)\/(\w+):/.exec(type);
        if (kind === null) {
            return undefined;
        }
        const [, service = "", resource = ""] = kind;
        if (parseArn(value) !== undefined) {
            return { arn: value, id: value, name: value };
        }
        const named = (this.config.match(/arn:[^"\s,\]]+/g) ?? []).find(
            (arn) => arn.endsWith(`/${value}`) && accountOf(arn) === account,
        );
        const at = service === "iam" ? "" : region;
        return {
            id: value,
            name: value,
            arn: named ?? `arn:${partitionOf(region)}:${service}:${at}:${account}:${resource}/${value}`,
        };
    }
}

function textOf(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}
