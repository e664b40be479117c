import type { Declaration } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { exactlyOne, oneOf } from "../declaring/rules";
import { FLOW_LOG, LOG_GROUP, ROLE, SUBNET, VPC } from "../../../cloud/aws/tokens";
import { given, same } from "../../../cloud/aws/values";

const sources = [
    "eniId",
    "regionalNatGatewayId",
    "subnetId",
    "transitGatewayAttachmentId",
    "transitGatewayId",
    "vpcId",
];

export const flowLog: Declaration = {
    type: FLOW_LOG,
    id: "fl",
    defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
    allowed: {
        logDestinationType: oneOf("cloud-watch-logs", "s3", "kinesis-data-firehose"),
        maxAggregationInterval: oneOf(60, 600),
        trafficType: oneOf("ACCEPT", "REJECT", "ALL"),
    },
    rules: [
        exactlyOne(...sources),
        (inputs) =>
            inputs["logDestinationType"] === "cloud-watch-logs" && !given(inputs, "iamRoleArn")
                ? [
                      "iamRoleArn",
                      "InvalidParameter: DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
                  ]
                : undefined,
        (inputs) =>
            given(inputs, "logDestination")
                ? undefined
                : ["logDestination", "InvalidParameter: LogDestination can't be empty."],
        (inputs) =>
            given(inputs, "trafficType") || given(inputs, "transitGatewayId")
                ? undefined
                : ["trafficType", "MissingParameter: The request must contain the parameter TrafficType"],
    ],
    references: {
        vpcId: to(VPC),
        subnetId: to(SUBNET),
        iamRoleArn: to(ROLE, {
            missing: (arn) => `InvalidParameter: Access denied for LogDestination: role ${arn} does not exist.`,
        }),
        logDestination: to(LOG_GROUP, { when: (arn) => arn.includes(":logs:") }),
    },
    conflicts: [
        ({ id, inputs, cloud }) =>
            cloud
                .all(FLOW_LOG)
                .some(
                    (other) =>
                        other.id !== id &&
                        ["logDestination", ...sources].every((name) => same(other.inputs[name], inputs[name])),
                )
                ? "FlowLogAlreadyExists: Error. There is an existing Flow Log with the same configuration and log destination."
                : undefined,
    ],
    replace: [
        ...sources,
        "iamRoleArn",
        "logDestination",
        "logDestinationType",
        "logFormat",
        "maxAggregationInterval",
        "trafficType",
        "destinationOptions",
    ],
    serverDefaults: () => ({
        logFormat:
            "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
    }),
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("ec2", `vpc-flow-log/${id}`) }),
    missing: (id) => `InvalidFlowLogId.NotFound: The Flow Log Id '${id}' does not exist`,
};
