import type { CloudObject } from "../../../cloud/store";
import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, Self } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { arnOf, conflict, oneOf, pattern } from "../declaring/rules";
import { DB_CLUSTER, DB_INSTANCE, DB_PROXY, EKS_CLUSTER, KEY, LOG_GROUP } from "../../../cloud/aws/tokens";
import { given, must, text, texts } from "../../../cloud/aws/values";

export const logGroup: Declaration = {
    type: LOG_GROUP,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 512 },
    defaults: { retentionInDays: 0, skipDestroy: false },
    allowed: {
        name: pattern(/^[A-Za-z0-9._/#-]{1,512}$/, "must consist of letters, digits and ._-/#, at most 512 characters"),
        retentionInDays: oneOf(
            0,
            1,
            3,
            5,
            7,
            14,
            30,
            60,
            90,
            120,
            150,
            180,
            365,
            400,
            545,
            731,
            1096,
            1827,
            2192,
            2557,
            2922,
            3288,
            3653,
        ),
        logGroupClass: oneOf("STANDARD", "INFREQUENT_ACCESS", "DELIVERY"),
        kmsKeyId: arnOf("kms"),
    },
    rules: [conflict("name", "namePrefix")],
    references: {
        kmsKeyId: to(KEY, {
            missing: (arn) =>
                `InvalidParameterException: The specified KMS key ${arn} does not exist or is not allowed to be used`,
        }),
    },
    conflicts: [usableKey],
    replace: ["name", "namePrefix", "logGroupClass"],
    serverDefaults: () => ({ logGroupClass: "STANDARD", deletionProtectionEnabled: false }),
    outputs: ({ id, cloud }) => ({ arn: arnOfGroup(id, cloud) }),
    deletionProtection: ({ inputs, id }) =>
        inputs["deletionProtectionEnabled"] === true
            ? `ValidationException: Log group ${id} has deletion protection enabled`
            : undefined,
    effects: { gone: comesBack },
    locate: (value, cloud) =>
        cloud.find(
            LOG_GROUP,
            parseArn(value) === undefined ? value : value.replace(/^.*:log-group:/, "").replace(/:\*$/, ""),
        ),
    missing: (value) => `ResourceNotFoundException: The specified log group does not exist: ${value}`,
    exists: () => "ResourceAlreadyExistsException: The specified log group already exists",
};

export function arnOfGroup(name: string, cloud: Cloud): string {
    return cloud.arn("logs", `log-group:${name}`);
}

/** CloudWatch Logs must be a principal of the key's policy. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
function usableKey({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const key = text(inputs, "kmsKeyId");
    const policy = must(cloud.locate(KEY, key ?? "")?.state ?? {}, "policy");
    const admitted =
        policy.includes(`"logs.${cloud.region}.${cloud.partition.dnsSuffix}"`) ||
        policy.includes('"logs.amazonaws.com"');
    return key === undefined || admitted
        ? undefined
        : `AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn '${arnOfGroup(must(inputs, "name"), cloud)}'`;
}

/**
 * A service that still writes creates its log group again, without a key and without a retention period:
 * https://github.com/terraform-aws-modules/terraform-aws-eks/issues/920 (EKS),
 * https://github.com/hashicorp/terraform-provider-aws/issues/42858 (RDS), with the service's own role, so no policy of a
 * program prevents it: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2446
 */
function comesBack({ id, cloud }: Self): void {
    const [, owner = "", log = ""] = /^\/aws\/(eks\/[^/]+|rds\/[^/]+\/[^/]+)\/(.+)$/.exec(id) ?? [];
    const [service, ...rest] = owner.split("/");
    const name = rest.at(-1);
    const writers: Readonly<Record<string, (object: CloudObject) => boolean>> = {
        [EKS_CLUSTER]: ({ state }) =>
            service === "eks" && state["name"] === name && given(state, "enabledClusterLogTypes"),
        [DB_CLUSTER]: (object) => rest[0] === "cluster" && object.id === name && exports(object, log),
        [DB_INSTANCE]: (object) =>
            rest[0] === "instance" && object.state["identifier"] === name && exports(object, log),
    };
    const proxy = /^\/aws\/rds\/proxy\/(.+)$/.exec(id)?.[1];
    const writes =
        Object.entries(writers).some(([type, isWriter]) => cloud.all(type).some(isWriter)) ||
        cloud.all(DB_PROXY).some(({ state }) => state["name"] === proxy);
    if (writes) {
        ensureLogGroup(id, cloud);
    }
}

function exports({ state }: CloudObject, log: string): boolean {
    return texts(state, "enabledCloudwatchLogsExports").includes(log);
}

/** A service creates its log group when it writes the first line, and never deletes it. */
export function ensureLogGroup(name: string, cloud: Cloud): void {
    const state = {
        name,
        arn: arnOfGroup(name, cloud),
        region: cloud.region,
        retentionInDays: 0,
        logGroupClass: "STANDARD",
        tags: {},
        tagsAll: {},
    };
    const group: CloudObject = { type: LOG_GROUP, id: name, ...cloud.home(LOG_GROUP), inputs: { name }, state };
    cloud.store.add(group);
}
