import { isRecord } from "../../toolkit/record";

/** The parts of a resource that a plan contains. */
export interface Planned {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Types whose names in Pulumi's bridge and Terraform's provider differ beyond their spelling. */
const irregularTypes: Readonly<Record<string, string>> = {
    "cloudtrail/trail": "aws_cloudtrail",
    "ec2/peeringConnectionOptions": "aws_vpc_peering_connection_options",
    "iam/openIdConnectProvider": "aws_iam_openid_connect_provider",
    "rds/clusterInstance": "aws_rds_cluster_instance",
    "rds/instance": "aws_db_instance",
    "rds/parameterGroup": "aws_db_parameter_group",
    "rds/proxy": "aws_db_proxy",
    "rds/proxyDefaultTargetGroup": "aws_db_proxy_default_target_group",
    "rds/proxyEndpoint": "aws_db_proxy_endpoint",
    "rds/proxyTarget": "aws_db_proxy_target",
    "rds/subnetGroup": "aws_db_subnet_group",
};

/** Modules that Terraform's names omit. */
const silentModules = ["ec2"];

/** Repeatable blocks, which the bridge names in the plural. */
const repeated: Readonly<Record<string, string>> = {
    advancedEventSelectors: "advanced_event_selector",
    auths: "auth",
    eventSelectors: "event_selector",
    fieldSelectors: "field_selector",
    parameters: "parameter",
    rules: "rule",
};

/** Properties of single types that the bridge names otherwise. */
const irregularProperties: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "cloudwatch/metricAlarm": { name: "alarm_name" },
    "iam/openIdConnectProvider": { clientIdLists: "client_id_list", thumbprintLists: "thumbprint_list" },
    "sns/topicSubscription": { topic: "topic_arn" },
};

/** Properties that are maps, not blocks. */
const maps = ["tags", "variables"];

/**
 * The AWS resources as a Terraform plan, which more linters read than Pulumi state: @pulumi/aws is built from Terraform's
 * provider, so types and properties have names there. References between resources are derived from values: each id and ARN
 * belongs to one resource. https://developer.hashicorp.com/terraform/internals/json-format
 */
export function terraformPlan(resources: readonly Planned[]): object {
    const own = resources.filter(({ type }) => /^aws:[a-z]/.test(type));
    const found = own.map(({ urn, type, inputs = {} }) => {
        const name = urn.split("::").at(-1) ?? "";
        const kind = terraformType(type);
        return {
            address: `${kind}.${name}`,
            mode: "managed",
            type: kind,
            name,
            values: block(inputs, irregularProperties[pathOf(type)]),
        };
    });
    // The first resource owns the value: a bucket's sub-resources share its id and come later.
    const owners = new Map<unknown, string>();
    for (const [index, { id, outputs }] of own.entries()) {
        for (const [value, attribute] of [
            [id, "id"],
            [outputs?.["arn"], "arn"],
        ] as const) {
            if (value !== undefined && !owners.has(value)) {
                owners.set(value, `${found[index]?.address}.${attribute}`);
            }
        }
    }
    return {
        format_version: "1.2",
        terraform_version: "1.9.0",
        planned_values: { root_module: { resources: found } },
        resource_changes: found.map(({ values, ...resource }) => ({
            ...resource,
            change: { actions: ["create"], before: null, after: values, after_unknown: {} },
        })),
        configuration: {
            root_module: {
                resources: found.map(({ values, ...resource }) => ({
                    ...resource,
                    expressions: expressions(resource.address, values, owners),
                })),
            },
        },
    };
}

/** The other resources that a resource's properties reference. */
function expressions(
    self: string,
    values: Readonly<Record<string, unknown>>,
    owners: ReadonlyMap<unknown, string>,
): Record<string, unknown> {
    const named = (value: unknown): string[] => {
        const inside = isRecord(value) ? Object.values(value) : Array.isArray(value) ? (value as unknown[]) : undefined;
        const attribute = owners.get(value);
        const owner = attribute?.slice(0, attribute.lastIndexOf("."));
        return (
            inside?.flatMap(named) ??
            (attribute === undefined || owner === undefined || owner === self ? [] : [attribute, owner])
        );
    };
    const found = Object.entries(values).map(([key, value]) => [key, { references: named(value) }] as const);
    return Object.fromEntries(found.filter(([, { references }]) => references.length > 0));
}

/** `aws:rds/cluster:Cluster` is `aws_rds_cluster`. */
function terraformType(type: string): string {
    const path = pathOf(type);
    const [module = "", name = ""] = path.split("/");
    return irregularTypes[path] ?? ["aws", ...(silentModules.includes(module) ? [] : [module]), snake(name)].join("_");
}

/** `rds/cluster` of `aws:rds/cluster:Cluster`. */
function pathOf(type: string): string {
    return type.split(":")[1] ?? "";
}

function block(
    values: Readonly<Record<string, unknown>>,
    irregular: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
    const own = Object.entries(values).filter(([key]) => !key.startsWith("__"));
    return Object.fromEntries(
        own.map(([key, value]) => [
            irregular[key] ?? repeated[key] ?? snake(key),
            maps.includes(key) ? value : property(value),
        ]),
    );
}

/** A plan lists every block, even a single one. */
function property(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map((each: unknown) => (isRecord(each) ? block(each) : each));
    }
    return isRecord(value) ? [block(value)] : value;
}

function snake(name: string): string {
    return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
